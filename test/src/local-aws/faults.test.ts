import { randomBytes } from "node:crypto";
import { CloudWatchLogsClient, DescribeLogGroupsCommand } from "@aws-sdk/client-cloudwatch-logs";
import {
  CreateBucketCommand,
  GetObjectCommand,
  PutObjectCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import {
  type FaultRuleInput,
  type FaultSettings,
  Faults,
} from "../../../src/local-aws/common/faults.ts";
import { useLocalAws } from "./local-server.ts";
import { s3Client } from "./s3-bucket.ts";

describe("fault rules", () => {
  /** Which of a row of calls are hit. */
  function hits(rule: FaultRuleInput, calls = 10, seed = 1): number[] {
    const faults = new Faults();
    faults.set({ rules: [rule], seed });
    return [...Array(calls).keys()].filter(() => faults.decide("s3", "GetObject", "blocks/a"));
  }
  const throttle = { service: "s3", kind: "throttle" } as const;

  test("hit every fitting call by default", () => {
    expect(hits(throttle, 3)).toEqual([0, 1, 2]);
  });

  test("hit after a number of calls, and at most a number of times", () => {
    expect(hits({ ...throttle, after: 4, count: 2 })).toEqual([4, 5]);
  });

  test("hit with a probability, in the same places for the same seed", () => {
    const tenth = hits({ ...throttle, probability: 0.1 }, 10_000);
    expect(tenth.length).toBeGreaterThan(800);
    expect(tenth.length).toBeLessThan(1200);
    expect(hits({ ...throttle, probability: 0.1 }, 10_000)).toEqual(tenth);
    expect(hits({ ...throttle, probability: 0.1 }, 10_000, 2)).not.toEqual(tenth);
  });

  test.each([
    [{ service: "lambda" as const }, false],
    [{ service: "*" as const }, true],
    [{ operation: "PutObject" }, false],
    [{ operation: "GetObject" }, true],
    [{ match: "^manifest" }, false],
    [{ match: "^blocks/" }, true],
  ])("with %j fit a GetObject of blocks/a from s3: %s", (selection, fits) => {
    expect(hits({ ...throttle, ...selection }, 1)).toHaveLength(fits ? 1 : 0);
  });

  test.each([
    { service: "S3", kind: "throttle" },
    { service: "s3", kind: "explode" },
    { service: "s3", kind: "error" },
    { service: "s3", kind: "throttle", match: "(" },
    { service: "s3", kind: "throttle", probabilty: 0.5 },
  ])("that are not valid are refused: %j", (rule) => {
    expect(() => new Faults().set({ rules: [rule as FaultRuleInput] })).toThrow();
  });
});

describe("a request that a rule hits", () => {
  const local = useLocalAws();
  const body = randomBytes(500_000);
  let s3: S3Client;

  beforeAll(async () => {
    s3 = s3Client(local().endpoint);
    await s3.send(new CreateBucketCommand({ Bucket: "faults" }));
    await s3.send(new PutObjectCommand({ Bucket: "faults", Key: "key", Body: body }));
  });

  afterEach(() => setFaults({ rules: [] }));

  async function setFaults(settings: FaultSettings) {
    const response = await fetch(`${local().endpoint}/_local/faults`, {
      method: "POST",
      body: JSON.stringify(settings),
    });
    expect(response.status).toBe(200);
  }

  async function get() {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: "faults", Key: "key" }));
    return Buffer.from(await Body!.transformToByteArray());
  }

  const put = (Key: string) => s3.send(new PutObjectCommand({ Bucket: "faults", Key, Body: body }));

  const stored = (key: string) => local().context.objects.find("faults", key) !== undefined;

  test("gets the error of the rule, and the next one is answered", async () => {
    await setFaults({
      rules: [{ service: "s3", kind: "error", code: "InternalError", status: 500, count: 1 }],
    });
    await expect(get()).rejects.toMatchObject({
      name: "InternalError",
      $metadata: { httpStatusCode: 500 },
    });
    expect((await get()).equals(body)).toBe(true);
  });

  test("gets an error in the form of its service", async () => {
    await setFaults({
      rules: [{ service: "*", kind: "error", code: "ExpiredToken", status: 400, message: "Old." }],
    });
    const settings = {
      endpoint: local().endpoint,
      region: "us-east-1",
      credentials: { accessKeyId: "local", secretAccessKey: "local" },
      maxAttempts: 1,
    };
    const expected = { name: "ExpiredToken", message: "Old." };
    const sts = new STSClient(settings);
    await expect(sts.send(new GetCallerIdentityCommand())).rejects.toMatchObject(expected);
    sts.destroy();
    const logs = new CloudWatchLogsClient(settings);
    await expect(logs.send(new DescribeLogGroupsCommand())).rejects.toMatchObject(expected);
    logs.destroy();
    await expect(get()).rejects.toMatchObject(expected);
  });

  test("is throttled as S3 throttles", async () => {
    await setFaults({ rules: [{ service: "s3", kind: "throttle" }] });
    await expect(get()).rejects.toMatchObject({
      name: "SlowDown",
      $metadata: { httpStatusCode: 503 },
    });
  });

  test("is answered late, but right", async () => {
    await setFaults({ rules: [{ service: "s3", kind: "slow", ms: 30 }] });
    const startedAt = performance.now();
    expect((await get()).equals(body)).toBe(true);
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(29);
  });

  test("is held when it has been handled, which the report says", async () => {
    await setFaults({ rules: [{ service: "s3", kind: "late", ms: 600_000 }] });
    const held = put("held");
    const report = async () => (await fetch(`${local().endpoint}/_local/faults`)).json();
    await expect.poll(report).toMatchObject({ rules: [{ hits: 1, waiting: 1 }] });
    expect(stored("held")).toBe(true);
    await setFaults({ rules: [] });
    await held;
  });

  test("gets half of the body, and a closed connection", async () => {
    await setFaults({ rules: [{ service: "s3", kind: "truncate" }] });
    await expect(get()).rejects.toThrow();
  });

  test("is done, and its answer lost, when there is no body to halve", async () => {
    await setFaults({ rules: [{ service: "s3", kind: "truncate" }] });
    await expect(put("truncated")).rejects.toThrow();
    expect(stored("truncated")).toBe(true);
  });

  test("is reset, and nothing is done", async () => {
    await setFaults({ rules: [{ service: "s3", kind: "reset" }] });
    await expect(put("reset")).rejects.toMatchObject({ code: "ECONNRESET" });
    expect(stored("reset")).toBe(false);
  });

  test("is dropped while the body arrives, and nothing is done", async () => {
    await setFaults({ rules: [{ service: "s3", kind: "kill" }] });
    await expect(put("killed")).rejects.toThrow();
    expect(stored("killed")).toBe(false);
  });

  test("is done, but the answer is lost", async () => {
    await setFaults({ rules: [{ service: "s3", kind: "lost" }] });
    await expect(put("lost")).rejects.toThrow();
    expect(stored("lost")).toBe(true);
  });

  test("is counted", async () => {
    await setFaults({
      rules: [{ service: "s3", operation: "GetObject", kind: "throttle", after: 1 }],
    });
    await get();
    await expect(get()).rejects.toThrow();
    const response = await fetch(`${local().endpoint}/_local/faults`);
    expect(await response.json()).toMatchObject({ rules: [{ fitting: 2, hits: 1 }] });
  });
});

describe("POST /_local/faults", () => {
  const local = useLocalAws();

  test.each(["not json", '{"rules": [{"service": "s3", "kind": "explode"}]}'])(
    "refuses %s",
    async (body) => {
      const response = await fetch(`${local().endpoint}/_local/faults`, { method: "POST", body });
      expect(response.status).toBe(400);
    },
  );
});
