import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DescribeStackEventsCommand } from "@aws-sdk/client-cloudformation";
import { PutBucketPolicyCommand } from "@aws-sdk/client-s3";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { describeStack } from "../../src/stacks/describe.ts";
import type { CliRun } from "../src/cli/run-cli.ts";
import { getJson, type Rehearsal, startRehearsal, writeItems } from "./rehearsal.ts";

let rehearsal: Rehearsal;
let url: string;
beforeAll(async () => {
  rehearsal = await startRehearsal();
  writeItems(join(rehearsal.folder, "shop.db"), 2000);
  url = String((await rehearsal.update("shop", "shop.db", "--storage", "s3")).url);
  prepareFiles();
});
afterEach(() => rehearsal.inject([]));
afterAll(() => rehearsal.end());

/** Files of the name shop.db in folders that say what is wrong with them. */
function prepareFiles(): void {
  const good = readFileSync(join(rehearsal.folder, "shop.db"));
  const corrupt = Buffer.from(good);
  corrupt.fill(0xa5, 3 * 4096, 40 * 4096);
  const files: Record<string, Buffer> = {
    empty: Buffer.alloc(0),
    text: Buffer.from("id,title\n1,one\n2,two\n".repeat(500)),
    truncated: good.subarray(0, good.length / 2),
    corrupt,
    encrypted: randomBytes(64 * 1024),
  };
  for (const [name, bytes] of Object.entries(files)) {
    mkdirSync(join(rehearsal.folder, name));
    writeFileSync(join(rehearsal.folder, name, "shop.db"), bytes);
  }
  mkdirSync(join(rehearsal.folder, "folder", "shop.db"), { recursive: true });
}

/** Exit code 1, and after whatever progress there was: one sentence with `value`, one `Try:`. */
function expectRefusal(run: CliRun, value: RegExp, exitCode = 1): void {
  expect(run.exitCode, run.stderr).toBe(exitCode);
  const lines = run.stderr.split("\n");
  const [sentence = "", hint, ...rest] = lines.slice(
    lines.findIndex((line) => /^Error:/.test(line)),
  );
  expect(sentence).toMatch(/^Error: \S/);
  expect(sentence).toMatch(value);
  expect(hint).toMatch(/^Try: \S/);
  expect(rest).toEqual([]);
  expect(run.stdout).toBe("");
}

async function newestEvents(): Promise<(string | undefined)[]> {
  const cloudFormation = await rehearsal.clients.cloudFormation();
  return Promise.all(
    ["shop", "shop-service"].map(async (StackName) => {
      const { StackEvents } = await cloudFormation.send(
        new DescribeStackEventsCommand({ StackName }),
      );
      return StackEvents?.[0]?.EventId;
    }),
  );
}

async function expectUntouched(attempt: () => Promise<void>): Promise<void> {
  const before = await newestEvents();
  await attempt();
  expect(await newestEvents()).toEqual(before);
  expect(await getJson(url, "/-/status.json")).toMatchObject({ version: 1 });
  expect(await getJson(url, "/shop/items/2000.json")).toMatchObject({
    rows: [{ id: 2000, title: "item 2000" }],
  });
}

test.each([
  ["a missing file", "missing/shop.db", /missing\/shop\.db/],
  ["a directory", "folder/shop.db", /folder\/shop\.db/],
  ["an empty file", "empty/shop.db", /empty\/shop\.db is an empty file/],
  ["a file that is not SQLite", "text/shop.db", /text\/shop\.db is not a SQLite database/],
  ["a truncated database", "truncated/shop.db", /truncated\/shop\.db/],
  ["a corrupt database", "corrupt/shop.db", /corrupt\/shop\.db/],
  ["an encrypted database", "encrypted/shop.db", /encrypted\/shop\.db.*encrypted/],
])("%s is refused, and what is deployed stays as it was", async (_, path, sentence) => {
  await expectUntouched(async () => {
    expectRefusal(await rehearsal.dsl("update-stack", "shop", path), sentence);
  });
});

test("two databases with the same name are refused with both paths", async () => {
  mkdirSync(join(rehearsal.folder, "other"));
  writeItems(join(rehearsal.folder, "other", "shop.db"), 5);
  await expectUntouched(async () => {
    const run = await rehearsal.dsl("update-stack", "shop", "shop.db", "other/shop.db");
    expectRefusal(run, /shop\.db and other\/shop\.db would both be served as "shop"/, 2);
    expect(run.stderr).toContain("--alias");
  });
});

test("a misspelt table in the configuration is refused with the nearest one", async () => {
  const config = join(rehearsal.folder, "misspelt.yaml");
  writeFileSync(config, "databases: {shop: {tables: {item: {allow: false}}}}");
  await expectUntouched(async () => {
    const run = await rehearsal.dsl("update-stack", "shop", "shop.db", "-c", config);
    expectRefusal(run, /databases\.shop\.tables\.item: shop has no table/);
    expect(run.stderr).toContain('Did you mean "items"?');
  });
});

test.each([
  ["credentials that are not accepted", "InvalidClientTokenId", 403, /credential|access key/i],
  ["credentials that have expired", "ExpiredToken", 403, /expired/i],
  ["no permission", "AccessDenied", 403, /DescribeStacks|permission|allowed/i],
])("%s: says so, and what is deployed stays as it was", async (_, code, status, sentence) => {
  await expectUntouched(async () => {
    await rehearsal.inject([{ service: "cloudformation", kind: "error", code, status }]);
    expectRefusal(await rehearsal.dsl("update-stack", "shop", "shop.db"), sentence);
    await rehearsal.inject([]);
  });
});

test("a bucket policy in the way is named, and what is deployed stays as it was", async () => {
  const bucket = (await describeStack(await rehearsal.clients.cloudFormation(), "shop"))?.outputs
    .BucketName;
  const s3 = await rehearsal.clients.s3();
  const put = (Statement: unknown[]) =>
    s3.send(
      new PutBucketPolicyCommand({
        Bucket: bucket,
        Policy: JSON.stringify({ Version: "2012-10-17", Statement }),
      }),
    );
  const deny = { Effect: "Deny", Principal: "*", Resource: `arn:aws:s3:::${bucket}/*` };
  writeItems(join(rehearsal.folder, "other", "shop.db"), 2000, "other");
  await expectUntouched(async () => {
    await put([{ ...deny, Sid: "NoWrites", Action: "s3:PutObject" }]);
    const run = await rehearsal.dsl("update-stack", "shop", "other/shop.db");
    expectRefusal(run, /PutObject|s3:Put/);
    expect(run.stderr).toMatch(/polic/i);
    const tls = { Bool: { "aws:SecureTransport": "false" } };
    await put([{ ...deny, Sid: "OnlyOverTls", Action: "s3:*", Condition: tls }]);
  });
});

test("a stack of another region is not found there", async () => {
  const run = await rehearsal.dsl("delete-stack", "shop", "--region", "eu-west-1", "--yes");
  expectRefusal(run, /shop.*eu-west-1/);
  expect(run.stderr).toContain("--region");
});
