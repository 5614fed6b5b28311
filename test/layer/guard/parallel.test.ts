import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { describe, expect, test } from "vitest";

const program = fileURLToPath(new URL("parallel-program.ts", import.meta.url));

interface Tally {
  finished: number;
  stopped: number;
  wrong: string[];
}

function runWorker(seed: number): Promise<Tally> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(program, { workerData: { seed, runs: 300 } });
    worker.once("message", resolve);
    worker.once("error", reject);
  });
}

describe("many connections in several threads", () => {
  test("stop their own statements and no others, while connections come and go", async () => {
    const tallies = await Promise.all([1, 2, 3, 4].map(runWorker));
    for (const { finished, stopped, wrong } of tallies) {
      expect(wrong).toEqual([]);
      expect(finished + stopped).toBe(300);
      expect(finished).toBeGreaterThan(0);
      expect(stopped).toBeGreaterThan(0);
    }
  });
});
