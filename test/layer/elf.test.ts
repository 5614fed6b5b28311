import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readElf } from "../../layer/elf.ts";
import { guardFile, packageRoot } from "../../src/paths.ts";

const prebuilds = join(packageRoot, "node_modules/better-sqlite3/prebuilds");

function read(name: string) {
  return readElf(readFileSync(join(prebuilds, name)));
}

describe("readElf", () => {
  test("knows the CPU and the library versions of binaries for both CPUs", () => {
    const [x64, arm64] = [read("linux-x64.node"), read("linux-arm64.node")];
    expect([x64?.cpu, arm64?.cpu]).toEqual(["x64", "arm64"]);
    for (const facts of [x64, arm64]) {
      expect(facts?.needs).toEqual(expect.arrayContaining(["GLIBC_2.34", "CXXABI_1.3"]));
    }
  });

  test("reads what this machine's compiler made", () => {
    const facts = readElf(readFileSync(guardFile(`linux-${process.arch}`)));
    expect(facts?.cpu).toBe(process.arch);
    expect(facts?.needs).toContain("GLIBC_2.34");
  });

  test.each(["darwin-arm64.node", "win32-x64.node"])("is null for %s, which is no ELF", (name) => {
    expect(read(name)).toBeNull();
  });

  test("is null for a file of a few bytes", () => {
    expect(readElf(Buffer.from("\x7fELF"))).toBeNull();
  });
});
