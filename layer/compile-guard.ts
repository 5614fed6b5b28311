/**
 * Compiles the SQLite extension: the guard, and the paged files of layer/vfs/. The C compiler of the
 * machine serves its own CPU; for the other one a cross compiler or zig is looked for on the PATH.
 */
import { mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { DslError } from "../runtime/core/dsl-error.ts";
import { extensionSources } from "../src/paths.ts";

/** An operating system and CPU, as Node names them. */
export type GuardTarget = `${"linux" | "darwin"}-${"x64" | "arm64"}`;

/** The guard does not compile elsewhere: there is no pthread. */
export function ownTarget(): GuardTarget | null {
  const target = `${process.platform}-${process.arch}`;
  return /^(linux|darwin)-(x64|arm64)$/.test(target) ? (target as GuardTarget) : null;
}

/** Together with the source, what the compiled bytes depend on. */
export const COMPILER_FLAGS = [
  "-std=c11",
  "-O2",
  "-fPIC",
  "-shared",
  "-fvisibility=hidden",
  "-Wall",
  "-Wextra",
  "-Werror",
];

/** No build id and no symbols, so that the bytes depend on source and compiler alone. */
const LINUX_FLAGS = ["-D_GNU_SOURCE", "-pthread", "-s", "-Wl,--build-id=none"];
const DARWIN_FLAGS = ["-undefined", "dynamic_lookup"];

interface Compiler {
  command: string;
  args: string[];
}

/**
 * Compiles the guard for `target` into `output`, which appears only when it is complete.
 * Throws DslError `no_compiler` with the package to install, or `compiler_failed`.
 */
export async function compileGuard(target: GuardTarget, output: string): Promise<void> {
  const compiler = await findCompiler(target);
  const partial = `${output}.${process.pid}.partial`;
  mkdirSync(dirname(output), { recursive: true });
  const flags = target.startsWith("darwin") ? DARWIN_FLAGS : LINUX_FLAGS;
  const args = [...compiler.args, ...COMPILER_FLAGS, ...flags];
  args.push("-I", sqliteHeaders(), ...guardFiles(".c"), "-o", partial);
  const result = await execa(compiler.command, args, { reject: false });
  if (result.failed) {
    rmSync(partial, { force: true });
    throw new DslError(
      "compiler_failed",
      `${compiler.command} could not compile the guard for ${target}: ${firstError(result.stderr)}`,
      `check that ${compiler.command} works: DSL_DEBUG=1 shows all it said`,
      { cause: result },
    );
  }
  renameSync(partial, output);
}

/** The guard's sources whose names end so, and those of the paged files, in a fixed order. */
export function guardFiles(ending: string): string[] {
  return extensionSources().flatMap((folder) => {
    const names = readdirSync(folder).filter((name) => name.endsWith(ending));
    return names.sort().map((name) => join(folder, name));
  });
}

/** Where sqlite3ext.h is: better-sqlite3 brings the sources of the SQLite that it contains. */
function sqliteHeaders(): string {
  const packageJson = createRequire(import.meta.url).resolve("better-sqlite3/package.json");
  return join(dirname(packageJson), "deps/sqlite3");
}

async function findCompiler(target: GuardTarget): Promise<Compiler> {
  for (const candidate of candidates(target)) {
    const version = candidate.command === "zig" ? "version" : "--version";
    const answer = await execa(candidate.command, [version], { reject: false });
    if (!answer.failed) return candidate;
  }
  throw new DslError(
    "no_compiler",
    `There is no C compiler for ${target} on the PATH`,
    `install ${packageFor(target)}`,
  );
}

function candidates(target: GuardTarget): Compiler[] {
  if (target === ownTarget()) {
    const commands = [process.env.CC, "cc", "gcc", "clang"].filter((name) => name !== undefined);
    return commands.map((command) => ({ command, args: [] }));
  }
  if (target.startsWith("darwin")) return [];
  const machine = target === "linux-arm64" ? "aarch64" : "x86_64";
  return [
    { command: `${machine}-linux-gnu-gcc`, args: [] },
    // zig brings every glibc; 2.34 is the one of Amazon Linux 2023.
    { command: "zig", args: ["cc", "-target", `${machine}-linux-gnu.2.34`] },
  ];
}

function packageFor(target: GuardTarget): string {
  if (target === ownTarget()) {
    return process.platform === "darwin"
      ? "the Xcode command line tools: xcode-select --install"
      : "a C compiler: build-essential (Debian, Ubuntu) or gcc (Fedora, Amazon Linux)";
  }
  const debian = target === "linux-arm64" ? "gcc-aarch64-linux-gnu" : "gcc-x86-64-linux-gnu";
  return `a cross compiler: ${debian} (Debian, Ubuntu) or zig (https://ziglang.org)`;
}

function firstError(output: string): string {
  const lines = output.split("\n");
  return (lines.find((line) => line.includes("error")) ?? lines[0] ?? "").trim();
}
