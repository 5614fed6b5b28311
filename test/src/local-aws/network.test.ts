import { expect, test } from "vitest";
import { Network } from "../../../src/local-aws/network.ts";
import { useLocalAws } from "./local-server.ts";

const local = useLocalAws();

async function network(method: string, body?: string): Promise<{ status: number; json: unknown }> {
  const response = await fetch(`${local().endpoint}/_local/network`, { method, body });
  return { status: response.status, json: await response.json() };
}

test("is as slow as it is told, until it is told otherwise", async () => {
  const lambda = { latencyMs: 30, megabytesPerSecond: 78 };
  expect(await network("POST", JSON.stringify(lambda))).toEqual({ status: 200, json: lambda });
  expect((await network("GET")).json).toEqual(lambda);
  expect((await network("DELETE")).json).toEqual({ latencyMs: 0, megabytesPerSecond: 0 });
});

test.each(['{"latencyMs": -1}', '{"speed": 5}', "fast"])("refuses %s", async (body) => {
  expect((await network("POST", body)).status).toBe(400);
});

test("carries answers one after the other, each after its latency", async () => {
  const line = new Network();
  line.set({ latencyMs: 20, megabytesPerSecond: 10 });
  const started = performance.now();
  const arrivals = await Promise.all(
    [100_000, 100_000].map(async (bytes) => {
      await line.carry(bytes);
      return performance.now() - started;
    }),
  );
  expect(arrivals[0]).toBeGreaterThan(28);
  expect(arrivals[1]).toBeGreaterThan(38);
});
