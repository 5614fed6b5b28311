import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { compileGuard, ownTarget } from "../../layer/compile-guard.ts";

const target = ownTarget()!;
const other = target === "linux-arm64" ? "linux-x64" : "linux-arm64";
const { PATH, CC } = process.env;

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "dsl-compile-"));
});
afterEach(() => {
  process.env.PATH = PATH;
  if (CC === undefined) delete process.env.CC;
  else process.env.CC = CC;
  rmSync(folder, { recursive: true, force: true });
});

describe("compileGuard", () => {
  test("gives the same bytes each time, wherever it writes them", async () => {
    const [one, two] = [join(folder, "one.so"), join(folder, "deeper", "two.so")];
    await compileGuard(target, one);
    await compileGuard(target, two);
    expect(readFileSync(one).equals(readFileSync(two))).toBe(true);
  });

  test("names the package to install when there is no compiler", async () => {
    process.env.PATH = folder;
    delete process.env.CC;
    await expect(compileGuard(target, join(folder, "guard.so"))).rejects.toMatchObject({
      code: "no_compiler",
      message: `There is no C compiler for ${target} on the PATH`,
      hint: expect.stringContaining("build-essential"),
    });
  });

  test("names the cross compiler when there is none for the other CPU", async () => {
    process.env.PATH = folder;
    await expect(compileGuard(other, join(folder, "guard.so"))).rejects.toMatchObject({
      code: "no_compiler",
      hint: expect.stringMatching(/gcc-(aarch64|x86-64)-linux-gnu .* or zig/),
    });
  });

  test("leaves nothing behind when the compiler fails", async () => {
    const broken = join(folder, "broken-cc");
    writeFileSync(
      broken,
      '#!/bin/sh\n[ "$1" = --version ] && exit 0\necho "guard.c:1: error: no memory" >&2\nexit 1\n',
    );
    chmodSync(broken, 0o755);
    process.env.CC = broken;
    await expect(compileGuard(target, join(folder, "out", "guard.so"))).rejects.toMatchObject({
      code: "compiler_failed",
      message: expect.stringContaining("guard.c:1: error: no memory"),
    });
    expect(readdirSync(join(folder, "out"))).toEqual([]);
  });
});
