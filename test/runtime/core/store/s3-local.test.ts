import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  afterAll,
  beforeAll,
  beforeEach,
  describe,
  expect,
  onTestFinished,
  test,
  vi,
} from "vitest";
import type { Bucket } from "../../../../runtime/core/store/s3.ts";
import type { FaultRuleInput } from "../../../../src/local-aws/common/faults.ts";
import { type RunningLocalAws, startLocalAws } from "../../../../src/local-aws/local-aws.ts";
import { createTestBucket, describeClient, putObject } from "./s3-suite.ts";

let home: string;
let local: RunningLocalAws;
let bucket: Bucket;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "dsl-test-"));
  local = await startLocalAws({ home, port: 0, secretAccessKey: "local" });
  bucket = await createTestBucket(local.endpoint);
});
beforeEach(() => local.context.faults.set({ rules: [] }));
afterAll(async () => {
  await local.close();
  await rm(home, { recursive: true, force: true });
});

describe("The runtime's S3 client on the local AWS", () => {
  describeClient(() => ({ endpoint: local.endpoint, bucket }));

  const kinds: Pick<FaultRuleInput, "kind">[] = [
    { kind: "error" },
    { kind: "throttle" },
    { kind: "truncate" },
    { kind: "reset" },
    { kind: "lost" },
  ];
  test.each(kinds)("it gets over $kind", async ({ kind }) => {
    const key = `blocks/${kind}`;
    await putObject(local.endpoint, key, "content".repeat(10_000));
    const rule = { service: "s3", operation: "GetObject", count: 3, kind, code: "InternalError" };
    if (kind !== "error") delete (rule as { code?: string }).code;
    local.context.faults.set({ rules: [rule as FaultRuleInput] });
    expect((await bucket.get(key)).body.toString()).toBe("content".repeat(10_000));
    expect(local.context.faults.report()[0]!.hits).toBe(3);
  });

  test("it gets over a clock that is days off, and signs by that of S3 from then on", async () => {
    await putObject(local.endpoint, "blocks/clock", "content");
    const { now } = Date;
    vi.spyOn(Date, "now").mockImplementation(() => now() + 50 * 3_600_000);
    onTestFinished(() => void vi.restoreAllMocks());
    expect((await bucket.get("blocks/clock")).body.toString()).toBe("content");
    const url = await bucket.presignedUrl("blocks/clock", 60);
    expect(await (await fetch(url)).text()).toBe("content");
  });

  test("a refusal is not tried again", async () => {
    local.context.faults.set({
      rules: [{ service: "s3", kind: "error", code: "AccessDenied", status: 403 }],
    });
    await expect(bucket.get("manifest.json")).rejects.toThrow("S3 answered 403 AccessDenied");
    expect(local.context.faults.report()[0]!.hits).toBe(1);
  });
});
