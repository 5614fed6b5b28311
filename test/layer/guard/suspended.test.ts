import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

const program = fileURLToPath(new URL("suspended-program.ts", import.meta.url));

/**
 * Runs the program, which stops itself with SIGSTOP, and lets it go on a while later, as Lambda
 * freezes an environment between two requests. Returns what it said.
 */
async function runSuspended(where: "between" | "within"): Promise<string[]> {
  const child = spawn(process.execPath, [program, where], { stdio: ["ignore", "pipe", "inherit"] });
  const lines: string[] = [];
  const wake = setInterval(() => child.kill("SIGCONT"), 150);
  try {
    for await (const line of createInterface({ input: child.stdout })) lines.push(line);
  } finally {
    clearInterval(wake);
    child.kill("SIGKILL");
  }
  return lines;
}

describe("a process that was frozen for longer than the limit", () => {
  test("after a run: the next one has its own time", async () => {
    expect(await runSuspended("between")).toEqual(Array(5).fill("first finished, second finished"));
  });

  test("within a run: that one is stopped, the next one has its own time", async () => {
    expect(await runSuspended("within")).toEqual(Array(5).fill("first stopped, second finished"));
  });
});
