import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

const program = fileURLToPath(new URL("fuzz-program.ts", import.meta.url));

function runFuzz(
  seed: number,
): Promise<{ code: number | null; signal: string | null; out: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [program, String(seed), "4000"], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    let out = "";
    child.stdout.on("data", (chunk) => {
      out += chunk;
    });
    child.once("close", (code, signal) => resolve({ code, signal, out }));
  });
}

describe("thousands of random statements", () => {
  test.each([1, 2])("neither change the database nor end the process (seed %i)", async (seed) => {
    const { code, signal, out } = await runFuzz(seed);
    expect({ code, signal }).toEqual({ code: 0, signal: null });
    const { ran, failed, unchanged } = JSON.parse(out);
    expect(unchanged).toBe(true);
    expect(ran).toBeGreaterThan(200);
    expect(failed).toBeGreaterThan(200);
  });
});
