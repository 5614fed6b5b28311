import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const PROGRAM = fileURLToPath(new URL("stuck-program.ts", import.meta.url));

function exitCode(...args: string[]): Promise<number> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [PROGRAM, ...args]);
    child.once("exit", (code) => resolve(code ?? -1));
  });
}

test("a statement that nothing stops ends its process, where that is wanted, and only there", async () => {
  expect(await Promise.all([exitCode("100"), exitCode(), exitCode("60000")])).toEqual([86, 0, 0]);
});
