/** The lake, from a POST to Parquet in the bucket and a table in Glue. */
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { GLUE, JsonService } from "../../runtime/core/store/json-service.ts";
import { readLake } from "./read-lake.ts";
import { type Rehearsal, startRehearsal, writeItems } from "./rehearsal.ts";

let rehearsal: Rehearsal;
let path: string;
let url: string;
beforeAll(async () => {
  rehearsal = await startRehearsal();
  path = join(rehearsal.folder, "shop.db");
  writeItems(path, 10, "typed");
  const deployed = await rehearsal.update("shop", path, "--collect", "events", "--lake");
  url = String(deployed.url);
});
afterAll(() => rehearsal.end());

async function post(body: string): Promise<void> {
  const answer = await fetch(new URL("/collect/orders", url), { method: "POST", body });
  expect(answer.status).toBe(202);
}

/** Values of a column of all files of the table, once there are as many as that. */
async function values(column: string, count: number): Promise<unknown[]> {
  const { bucket } = await rehearsal.result("status", "shop");
  for (let i = 0; ; i++) {
    const found = await readLake(rehearsal.clients, String(bucket), "orders", column);
    if (found.length >= count || i === 600) return found;
    await sleep(100);
  }
}

function glue(operation: string, input: object): Promise<Record<string, unknown>> {
  const { accessKeyId, secretAccessKey } = rehearsal.credentials;
  const service = new JsonService(GLUE, {
    AWS_ENDPOINT_URL: rehearsal.endpoint,
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
  });
  return service.call(operation, { DatabaseName: "dsl_shop", ...input });
}

test("events are Parquet files, and the table in Glue grows with them", async () => {
  await post('{"n":1,"at":"2026-11-21T10:00:00Z"}');
  expect(await values("n", 1)).toEqual([1n]);
  await post('{"n":2,"more":0.5}\n{"n":"three"}');
  expect((await values("n", 3)).filter((n) => n !== null)).toEqual([1n, 2n]);
  expect((await values("more", 3)).filter((n) => n !== null)).toEqual([0.5]);
  expect((await rehearsal.result("status", "shop")).lake).toMatchObject({
    glue_database: "dsl_shop",
    files: 2,
    tables: 1,
  });
  const { TableList } = await glue("GetTables", {});
  expect(TableList).toMatchObject([
    {
      Name: "orders",
      PartitionKeys: [{ Name: "day", Type: "date" }],
      Parameters: { "projection.enabled": "true", "projection.day.type": "date" },
      StorageDescriptor: {
        Columns: expect.arrayContaining([
          { Name: "n", Type: "bigint" },
          { Name: "at", Type: "timestamp" },
          { Name: "more", Type: "double" },
          { Name: "n__v_text", Type: "string" },
        ]),
      },
    },
  ]);
});

test("without a collector there is no lake; --no-lake keeps the files, and says so", async () => {
  const lonely = await rehearsal.dsl("update-stack", "other", path, "--lake");
  expect(lonely.stderr).toContain("other takes no events");
  const { stderr, exitCode } = await rehearsal.dsl("update-stack", "shop", path, "--no-lake");
  expect(exitCode, stderr).toBe(0);
  expect(stderr).toContain("The lake ends");
  await expect(glue("GetTables", {})).rejects.toThrow("EntityNotFoundException");
  expect(await values("n", 3)).toHaveLength(3);
  const { stdout } = await rehearsal.dsl("status", "shop");
  expect(stdout).toMatch(/lake +ended; 2 files of 1 table, [\d.]+ kB are kept/);
});

test("it can be taken up again, and goes with the site", async () => {
  await rehearsal.update("shop", path, "--lake");
  await post('{"n":4}');
  expect((await values("n", 4)).filter((n) => n !== null)).toEqual([1n, 2n, 4n]);
  expect((await glue("GetTables", {})).TableList).toHaveLength(1);
  const { stdout } = await rehearsal.dsl("delete-stack", "shop", "--yes");
  expect(stdout).toContain("The lake went with them: its files, and Glue database dsl_shop.");
  await expect(glue("GetTables", {})).rejects.toThrow("EntityNotFoundException");
});
