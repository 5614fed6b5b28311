/** AWS says no: what the user is told, and that what is deployed stays as it was. */
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { describeStack } from "../../src/stacks/describe.ts";
import { getJson, type Rehearsal, startRehearsal, writeItems } from "./rehearsal.ts";

let rehearsal: Rehearsal;
let url: string;
beforeAll(async () => {
  rehearsal = await startRehearsal();
  const shop = join(rehearsal.folder, "shop.db");
  writeItems(shop, 100);
  url = String((await rehearsal.update("shop", "shop.db", "--storage", "s3")).url);
  new Database(shop).exec("update items set title = 'changed' where id = 1").close();
});
afterEach(() => rehearsal.inject([]));
afterAll(() => rehearsal.end());

const USER = "arn:aws:iam::123456789012:user/anna";

test.each([
  [
    "no permission to upload",
    { service: "s3", operation: "PutObject", code: "AccessDenied", status: 403 },
    `User: ${USER} is not authorized to perform: s3:PutObject on resource: "arn:aws:s3:::b/blocks/x" because no identity-based policy allows the s3:PutObject action`,
    `${USER} may not s3:PutObject on arn:aws:s3:::b/blocks/x`,
    /allow s3:PutObject in the IAM policy/,
  ],
  [
    "a bucket policy in the way",
    { service: "s3", operation: "PutObject", code: "AccessDenied", status: 403 },
    `User: ${USER} is not authorized to perform: s3:PutObject on resource: "arn:aws:s3:::b/blocks/x" with an explicit deny in a resource-based policy`,
    "a bucket policy (resource-based policy) denies it",
    /have the owner of that policy allow s3:PutObject/,
  ],
  [
    "no permission to see stacks",
    { service: "cloudformation", operation: "DescribeStacks", code: "AccessDenied", status: 403 },
    `User: ${USER} is not authorized to perform: cloudformation:DescribeStacks on resource: arn:aws:cloudformation:us-east-1:1:stack/shop/*`,
    `${USER} may not cloudformation:DescribeStacks on arn:aws:cloudformation:us-east-1:1:stack/shop/*`,
    /allow cloudformation:DescribeStacks/,
  ],
  [
    "an expired session",
    { service: "cloudformation", operation: "DescribeStacks", code: "ExpiredToken", status: 403 },
    "The security token included in the request is expired",
    "The AWS session has expired",
    /aws sso login/,
  ],
] as const)(
  "%s: the sentence and the hint; the old version is served",
  async (_, fault, message, sentence, hint) => {
    const before = await describeStack(await rehearsal.clients.cloudFormation(), "shop-service");
    await rehearsal.inject([{ ...fault, kind: "error", message }]);
    const run = await rehearsal.dsl("update-stack", "shop", "shop.db");
    await rehearsal.inject([]);
    expect(run.exitCode).toBe(1);
    const [error, tryLine] = run.stderr.split("\n").slice(-2);
    expect(error).toMatch(/^Error: /);
    expect(error).toContain(sentence);
    expect(tryLine).toMatch(/^Try: /);
    expect(tryLine).toMatch(hint);
    expect(run.stderr).not.toContain("    at ");
    expect(await describeStack(await rehearsal.clients.cloudFormation(), "shop-service")).toEqual(
      before,
    );
    expect(await getJson(url, "/-/status.json?at_least=1")).toMatchObject({ version: 1 });
    const row = await getJson(url, "/shop/items/1.json?_shape=objects");
    expect(row).toMatchObject({ rows: [{ title: "item 1" }] });
  },
);
