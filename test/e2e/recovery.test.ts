import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { createChangeSet } from "../../src/stacks/change-set.ts";
import { cloudOf } from "../../src/stacks/cloud.ts";
import { describeStack } from "../../src/stacks/describe.ts";
import { identityTags, templateFor } from "../../src/stacks/identity.ts";
import { getJson, type Rehearsal, startRehearsal, writeItems } from "./rehearsal.ts";

let rehearsal: Rehearsal;
beforeAll(async () => {
  rehearsal = await startRehearsal();
  writeItems(join(rehearsal.folder, "shop.db"), 100);
});
afterEach(() => rehearsal.inject([]));
afterAll(() => rehearsal.end());

async function statusOf(name: string): Promise<string | undefined> {
  return (await describeStack(await rehearsal.clients.cloudFormation(), name))?.status;
}

/** CloudFormation fails at one kind of work on resources of one type, so many times. */
function failAt(operation: string, type: string, count: number, message: string) {
  const match = ` ${type}$`;
  const fault = { service: "cloudformation", kind: "error", code: "Failed" } as const;
  return { ...fault, operation, match, count, message };
}

test("a failing resource: its first cause and what to do; the next run creates the stack again", async () => {
  const limit =
    "'MemorySize' value failed to satisfy constraint: Member must have value less than or equal to 3008";
  await rehearsal.inject([failAt("CreateResource", "AWS::Lambda::Function", 1, limit)]);
  const failed = await rehearsal.dsl("update-stack", "shop", "shop.db", "--memory", "10240");
  expect(failed.exitCode).toBe(1);
  const [error, hint] = failed.stderr.split("\n").slice(-2);
  expect(error).toContain(
    "Error: CloudFormation could not create stack shop-service: Function (AWS::Lambda::Function): ",
  );
  expect(error).toContain(limit);
  expect(hint).toContain("Try: --memory 3008");
  expect(await statusOf("shop-service")).toBe("ROLLBACK_COMPLETE");

  const again = await rehearsal.dsl("update-stack", "shop", "shop.db");
  expect(again).toMatchObject({ exitCode: 0 });
  expect(again.stderr).toContain(
    "Stack shop-service is in ROLLBACK_COMPLETE: deleting it to create it again",
  );
  const url = again.stdout.split("\n").at(-1)!;
  expect(await getJson(url, "/-/status.json")).toMatchObject({ version: 1 });
});

test("a failing update leaves what is deployed as it was, and the next one goes on from there", async () => {
  const { url } = await rehearsal.update("update", "shop.db");
  await rehearsal.inject([failAt("UpdateResource", "AWS::Lambda::Function", 1, "not today")]);
  const failed = await rehearsal.dsl("update-stack", "update", "shop.db", "--memory", "512");
  expect(failed.exitCode).toBe(1);
  expect(failed.stderr).toContain("could not update stack update-service: Function");
  expect(failed.stderr).toContain("not today");
  expect(await statusOf("update-service")).toBe("UPDATE_ROLLBACK_COMPLETE");
  expect(await getJson(String(url), "/shop/items.json?_size=1")).toMatchObject({ ok: true });
  await rehearsal.update("update", "shop.db", "--memory", "512");
});

test("new data and storage from s3 to embed at once: a stack that cannot be changed leaves readers and the bucket what they had", async () => {
  const path = join(rehearsal.folder, "move.db");
  const versions = async () => {
    const result = await rehearsal.result("versions", "move");
    return (result.versions as { version: number }[]).map(({ version }) => version);
  };
  writeItems(path, 100);
  const { url } = await rehearsal.update("move", "move.db", "--storage", "s3");
  writeItems(path, 200);
  const move = ["update-stack", "move", "move.db", "--storage", "embed"];
  await rehearsal.inject([failAt("UpdateResource", "AWS::Lambda::Function", 1, "not today")]);
  expect(await rehearsal.dsl(...move)).toMatchObject({ exitCode: 1 });
  expect(await versions()).toEqual([1]);
  const status = { version: 1, storage: "s3" };
  expect(await getJson(String(url), "/-/status.json?at_least=2")).toMatchObject(status);

  // Killed after the stack, before the version: the site has the data, and the next run ends it.
  const publishing = { service: "s3", operation: "PutObject", match: "manifest.json$" } as const;
  await rehearsal.killAt({ ...publishing, when: "before" }, ...move);
  expect(await getJson(String(url), "/move/items/200.json")).toMatchObject({ rows: [{ id: 200 }] });
  expect(await versions()).toEqual([1]);
  const { version } = await rehearsal.update("move", "move.db");
  expect(version).toBe(2);
  expect(await versions()).toEqual([2, 1]);
  expect(await getJson(String(url), "/-/status.json")).toMatchObject({
    version: 2,
    storage: "embed",
  });
});

test("UPDATE_ROLLBACK_FAILED: the rollback is continued, saying so", async () => {
  await rehearsal.update("stuck", "shop.db");
  await rehearsal.inject([
    failAt("UpdateResource", "AWS::Lambda::Function", 1, "not today"),
    failAt("RollbackResource", "AWS::Lambda::Function", 1, "not back either"),
  ]);
  const failed = await rehearsal.dsl("update-stack", "stuck", "shop.db", "--memory", "512");
  expect(failed.exitCode).toBe(1);
  expect(await statusOf("stuck-service")).toBe("UPDATE_ROLLBACK_FAILED");
  const again = await rehearsal.dsl("update-stack", "stuck", "shop.db", "--memory", "512");
  expect(again).toMatchObject({ exitCode: 0 });
  expect(again.stderr).toContain(
    "Stack stuck-service is in UPDATE_ROLLBACK_FAILED: continuing the rollback",
  );
  expect(await statusOf("stuck-service")).toBe("UPDATE_COMPLETE");
});

test("REVIEW_IN_PROGRESS: the stack that somebody only proposed is created", async () => {
  const path = new URL("../../templates/bucket.yaml", import.meta.url);
  const identity = { site: "review", role: "bucket" } as const;
  await createChangeSet(await cloudOf(rehearsal.clients), null, {
    name: "review",
    identity,
    template: templateFor(identity, readFileSync(path, "utf8")),
    parameters: {},
    tags: identityTags(identity),
    roleArn: null,
  });
  expect(await statusOf("review")).toBe("REVIEW_IN_PROGRESS");
  const run = await rehearsal.dsl("update-stack", "review", "shop.db");
  expect(run).toMatchObject({ exitCode: 0 });
  expect(run.stderr).toContain("Creating stack review");
});

test("a stack that is being changed is waited for", async () => {
  await rehearsal.inject([
    {
      service: "cloudformation",
      operation: "CreateResource",
      match: " AWS::IAM::Role$",
      count: 1,
      kind: "slow",
      ms: 10_000,
    },
  ]);
  const first = rehearsal.dsl("update-stack", "busy", "shop.db");
  while ((await statusOf("busy-service")) !== "CREATE_IN_PROGRESS") await sleep(50);
  const second = await rehearsal.dsl("update-stack", "busy", "shop.db", "--memory", "512");
  expect(await first).toMatchObject({ exitCode: 0 });
  expect(second).toMatchObject({ exitCode: 0 });
  expect(second.stderr).toContain("Stack busy-service is in CREATE_IN_PROGRESS: waiting for it");
  expect(await statusOf("busy-service")).toBe("UPDATE_COMPLETE");
});

test("a CloudFormation that throttles is asked again", async () => {
  await rehearsal.inject([{ service: "cloudformation", kind: "throttle", probability: 0.3 }]);
  await rehearsal.update("throttled", "shop.db");
});

test("a CloudFormation whose answers get lost is asked again, and nothing is done twice", async () => {
  await rehearsal.inject([{ service: "cloudformation", kind: "lost", probability: 0.3 }]);
  await rehearsal.update("lost", "shop.db");
});
