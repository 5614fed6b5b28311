import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { collectGarbage } from "../../../runtime/publisher/collect/collect.ts";
import { emptyBucket } from "../../../src/aws/empty-bucket.ts";
import type { FaultRuleInput, FaultSettings } from "../../../src/local-aws/common/faults.ts";
import { cleanUpSuite } from "./clean-up-suite.ts";
import { execute, makeDatabase, temporaryDirectory } from "./database/files.ts";
import { publishSuite } from "./publish-suite.ts";
import { startLocal, useS3 } from "./servers.ts";
import { historyIsRight, newStore, publishSite, readBack, s3Client } from "./site.ts";

describe("on the local AWS's S3", () => {
  const s3 = useS3(startLocal);
  publishSuite(s3, 10);
  cleanUpSuite(s3);
});

const FAULTS: Record<string, FaultRuleInput> = {
  "500": { service: "s3", kind: "error", code: "InternalError", status: 500 },
  "503": { service: "s3", kind: "throttle" },
  slow: { service: "s3", kind: "slow", ms: 200 },
  truncated: { service: "s3", kind: "truncate" },
  reset: { service: "s3", kind: "reset" },
  "cut off while sending": { service: "s3", kind: "kill" },
  "without an answer": { service: "s3", kind: "lost" },
};

async function faultyStore(settings: FaultSettings) {
  const server = await startLocal(settings);
  const client = await s3Client(server.endpoint);
  onTestFinished(() => {
    client.destroy();
    return server.stop();
  });
  return { client, store: await newStore(client) };
}

describe("when a tenth of the requests goes wrong", () => {
  const all = Object.values(FAULTS);
  const cases: [name: string, faults: FaultRuleInput[], seed: number][] = [
    ...Object.entries(FAULTS).map(([name, fault], i): [string, FaultRuleInput[], number] => [
      name,
      [fault],
      i,
    ]),
    ["all of it", all, 100],
    ["all of it, other requests", all, 101],
  ];
  test.each(cases)("%s: versions come out right", async (_, faults, seed) => {
    const path = join(await temporaryDirectory(), "data.db");
    makeDatabase(path, 4);
    const probability = 0.1 / faults.length;
    const rules = faults.map((fault) => ({ ...fault, probability }));
    const { client, store } = await faultyStore({ rules, seed });

    for (let version = 1; version <= 3; version++) {
      execute(path, "UPDATE item SET data = randomblob(600)");
      expect((await publishSite(store, path)).version).toBe(version);
      expect((await readBack(store)).manifest.version).toBe(version);
      expect(await historyIsRight(store)).toBe(true);
    }
    expect(await collectGarbage(store, [])).toEqual({ objects: 0, bytes: 0 });
    await emptyBucket(client, store.name);
    expect(await store.list("")).toEqual([]);
  });
});

test("a manifest whose answer gets lost is not taken for somebody else's", async () => {
  const path = join(await temporaryDirectory(), "data.db");
  makeDatabase(path, 1);
  const { store } = await faultyStore({
    rules: [
      { service: "s3", operation: "PutObject", match: "manifest.json$", kind: "lost", count: 2 },
    ],
  });
  expect((await publishSite(store, path)).version).toBe(1);
  execute(path, "DELETE FROM item WHERE id = 1");
  expect((await publishSite(store, path)).version).toBe(2);
});

test("a race of conditional writes is tried again", async () => {
  const path = join(await temporaryDirectory(), "data.db");
  makeDatabase(path, 1);
  const { store } = await faultyStore({
    rules: [
      {
        service: "s3",
        operation: "PutObject",
        match: "manifest.json$",
        kind: "error",
        status: 409,
        code: "ConditionalRequestConflict",
        count: 3,
      },
    ],
  });
  expect((await publishSite(store, path)).version).toBe(1);
});

test("a service that stays away ends the run with its error, and nothing is current", async () => {
  const path = join(await temporaryDirectory(), "data.db");
  makeDatabase(path, 1);
  const { store } = await faultyStore({
    rules: [
      {
        service: "s3",
        operation: "PutObject",
        match: "blocks/",
        kind: "error",
        status: 403,
        code: "AccessDenied",
      },
    ],
  });
  await expect(publishSite(store, path)).rejects.toMatchObject({ name: "AccessDenied" });
  expect((await store.list("")).map(({ key }) => key)).toEqual([]);
});
