/**
 * Compiles the guard. The C compiler of the machine serves its own CPU; for the other one a cross
 * compiler or zig is looked for on the PATH.
 */
import { mkdirSync, renameSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { DslError } from "../src/errors.ts";
import { type GuardTarget, guardSource } from "../src/paths.ts";

/** Where sqlite3ext.h is: better-sqlite3 brings the sources of the SQLite that it contains. */
const SQLITE_HEADERS = join(
  dirname(createRequire(import.meta.url).resolve("better-sqlite3/package.json")),
  "deps/sqlite3",
);

const WARNINGS = ["-Wall", "-Wextra", "-Werror"];

/** Part of what the compiled bytes depend on, for callers that cache. */
export const COMPILER_FLAGS = ["-std=c11", "-D_GNU_SOURCE", "-O2", "-g0", "-fPIC", "-shared"];

/** No build id and no path, so that the bytes depend on source and compiler alone. */
const LINUX_FLAGS = ["-pthread", "-s", "-Wl,--build-id=none", "-Wl,-z,relro,-z,now"];
const DARWIN_FLAGS = ["-undefined", "dynamic_lookup"];

interface Compiler {
  command: string;
  args: string[];
}

/**
 * Compiles the guard for `target` into `output`, which appears only when it is complete.
 * Throws DslError `no-compiler` with the package to install, or `compiler-failed`.
 */
export async function compileGuard(target: GuardTarget, output: string): Promise<void> {
  const compiler = await findCompiler(target);
  const partial = `${output}.partial`;
  mkdirSync(dirname(output), { recursive: true });
  const flags = target.startsWith("darwin") ? DARWIN_FLAGS : LINUX_FLAGS;
  const result = await execa(
    compiler.command,
    [
      ...compiler.args,
      ...COMPILER_FLAGS,
      ...flags,
      ...WARNINGS,
      "-I",
      SQLITE_HEADERS,
      guardSource(),
      "-o",
      partial,
    ],
    { reject: false },
  );
  if (result.failed) {
    rmSync(partial, { force: true });
    throw new DslError(
      "compiler-failed",
      `${compiler.command} could not compile the guard for ${target}: ${firstLine(result.stderr)}`,
      `check that ${compiler.command} works (DSL_DEBUG=1 shows its whole output)`,
      { cause: result },
    );
  }
  renameSync(partial, output);
}

async function findCompiler(target: GuardTarget): Promise<Compiler> {
  for (const candidate of candidates(target)) {
    if (await works(candidate.command)) return candidate;
  }
  throw new DslError(
    "no-compiler",
    `No C compiler for ${target} was found`,
    `install ${packageFor(target)}`,
  );
}

function candidates(target: GuardTarget): Compiler[] {
  const [system, cpu] = target.split("-");
  const machine = cpu === "arm64" ? "aarch64" : "x86_64";
  if (target === `${process.platform}-${process.arch}`) {
    const chosen = process.env.CC === undefined ? [] : [{ command: process.env.CC, args: [] }];
    return [
      ...chosen,
      { command: "cc", args: [] },
      { command: "gcc", args: [] },
      { command: "clang", args: [] },
    ];
  }
  if (system === "darwin") return [];
  return [
    { command: `${machine}-linux-gnu-gcc`, args: [] },
    // zig brings every glibc; 2.34 is the one of Amazon Linux 2023.
    { command: "zig", args: ["cc", "-target", `${machine}-linux-gnu.2.34`] },
  ];
}

async function works(command: string): Promise<boolean> {
  const version = command === "zig" ? "version" : "--version";
  return !(await execa(command, [version], { reject: false })).failed;
}

function packageFor(target: GuardTarget): string {
  if (target === `${process.platform}-${process.arch}`) {
    return process.platform === "darwin"
      ? "the Xcode command line tools: xcode-select --install"
      : "a C compiler: build-essential (Debian, Ubuntu), gcc (Fedora, Amazon Linux)";
  }
  const debian = target === "linux-arm64" ? "gcc-aarch64-linux-gnu" : "gcc-x86-64-linux-gnu";
  return `a cross compiler: ${debian} (Debian, Ubuntu), or zig (https://ziglang.org)`;
}

function firstLine(text: string): string {
  const lines = text.split("\n");
  return (lines.find((line) => /error/i.test(line)) ?? lines[0] ?? "").trim();
}
