import { join } from "node:path";
import { CreateMultipartUploadCommand, ListBucketsCommand } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, expect, test } from "vitest";
import { describeStack } from "../../src/stacks/describe.ts";
import { type Rehearsal, startRehearsal, writeItems } from "./rehearsal.ts";

let rehearsal: Rehearsal;
beforeAll(async () => {
  rehearsal = await startRehearsal();
  writeItems(join(rehearsal.folder, "shop.db"), 100);
});
afterAll(() => rehearsal.end());

async function stack(name: string) {
  return describeStack(await rehearsal.clients.cloudFormation(), name);
}

test("everything goes: site, data, unfinished uploads, both stacks; a second time there is nothing", async () => {
  const { url } = await rehearsal.update("shop", "shop.db");
  const s3 = await rehearsal.clients.s3();
  const bucket = (await stack("shop"))?.outputs.BucketName;
  await s3.send(new CreateMultipartUploadCommand({ Bucket: bucket, Key: "blocks/unfinished" }));

  const run = await rehearsal.events("delete-stack", "shop", "--yes");
  expect(run.exitCode).toBe(0);
  expect(run.events.at(-1)).toMatchObject({ event: "result", deleted: ["shop-service", "shop"] });
  expect([await stack("shop"), await stack("shop-service")]).toEqual([null, null]);
  expect((await s3.send(new ListBucketsCommand({}))).Buckets).toEqual([]);
  await expect(fetch(String(url))).rejects.toThrow();

  const again = await rehearsal.dsl("delete-stack", "shop", "--yes");
  expect(again.exitCode).toBe(1);
  expect(again.stderr).toMatch(/^Error: There is no stack shop in region us-east-1\nTry: \S/);
});

test("nobody is asked where nobody can answer, and nothing is deleted", async () => {
  await rehearsal.update("asked", "shop.db");
  const run = await rehearsal.dsl("delete-stack", "asked");
  expect(run.exitCode).toBe(2);
  expect(run.stderr).toContain("--yes");
  expect(await stack("asked-service")).not.toBeNull();
});

test("tokens go with it that the site did not ask for: they would be good for the next of its name", async () => {
  await rehearsal.result("token", "create", "asked", "--scope", "read", "--name", "reports");
  await rehearsal.result("token", "create", "asked", "--name", "web");
  expect(await rehearsal.result("token", "revoke", "asked", "web")).toMatchObject({
    scope: "collect",
  });
  expect(await rehearsal.result("delete-stack", "asked", "--yes")).toMatchObject({
    tokens_deleted: 1,
  });
  expect(await rehearsal.result("token", "list", "asked")).toMatchObject({ tokens: [] });
});

test("a site that was only half created is deleted, too", async () => {
  await rehearsal.inject([
    {
      service: "cloudformation",
      operation: "CreateResource",
      match: "Function AWS::Lambda::Function",
      kind: "error",
      code: "InvalidParameterValueException",
      message: "not today",
    },
  ]);
  const failed = await rehearsal.dsl("update-stack", "half", "shop.db");
  expect(failed.exitCode).toBe(1);
  // Who may not look for tokens deletes a site that needs none.
  await rehearsal.inject([
    {
      ...{ service: "ssm", operation: "GetParametersByPath", kind: "error" },
      ...{ code: "AccessDeniedException", status: 400 },
    },
  ]);
  const run = await rehearsal.dsl("delete-stack", "half", "--yes");
  await rehearsal.inject([]);
  expect(run).toMatchObject({ exitCode: 0 });
  expect(run.stderr).toContain("dsl token list half");
  expect([await stack("half"), await stack("half-service")]).toEqual([null, null]);
});

test("after a failed deletion the next one finishes it", async () => {
  await rehearsal.update("stuck", "shop.db");
  await rehearsal.inject([
    {
      service: "cloudformation",
      operation: "DeleteResource",
      match: "Role AWS::IAM::Role",
      count: 1,
      kind: "error",
      code: "AccessDenied",
      message: "User is not authorized to perform: iam:DeleteRole on resource: role",
    },
  ]);
  const failed = await rehearsal.dsl("delete-stack", "stuck", "--yes");
  expect(failed.exitCode).toBe(1);
  expect(failed.stderr).toMatch(/Error: CloudFormation could not delete stack stuck-service: Role/);
  expect(failed.stderr).toContain("Try: allow iam:DeleteRole");
  await rehearsal.inject([]);
  const run = await rehearsal.dsl("delete-stack", "stuck", "--yes");
  expect(run).toMatchObject({ exitCode: 0 });
  expect([await stack("stuck"), await stack("stuck-service")]).toEqual([null, null]);
});
