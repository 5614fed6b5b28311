import { CloudWatchLogsClient, DescribeLogGroupsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { AwsClient } from "aws4fetch";
import { describe, expect, it } from "vitest";
import { useLocalAws } from "./local-server.ts";

const local = useLocalAws();

function sdkSettings(region = "us-east-1") {
  return {
    endpoint: local().endpoint,
    region,
    maxAttempts: 1,
    credentials: { accessKeyId: "anything", secretAccessKey: "goes" },
  };
}

function signer(service: string) {
  return new AwsClient({
    accessKeyId: "anything",
    secretAccessKey: "goes",
    service,
    region: "us-east-1",
    retries: 0,
  });
}

describe("a request", () => {
  it("without a signature is AccessDenied", async () => {
    const response = await fetch(`${local().endpoint}/bucket/key`);
    expect(response.status).toBe(403);
    expect(await response.text()).toContain("<Code>AccessDenied</Code>");
  });

  it("with a malformed Authorization header says so", async () => {
    const response = await fetch(local().endpoint, {
      headers: { authorization: "AWS4-HMAC-SHA256 Credential=nonsense" },
    });
    expect(response.status).toBe(400);
    expect(await response.text()).toContain("<Code>AuthorizationHeaderMalformed</Code>");
  });

  it("to a service that is not here is an error that names those that are", async () => {
    const response = await signer("dynamodb").fetch(local().endpoint, {
      method: "POST",
      headers: { "x-amz-target": "DynamoDB_20120810.ListTables" },
      body: "{}",
    });
    expect(response.status).toBe(501);
    expect(await response.json()).toMatchObject({
      __type: "UnknownService",
      message: expect.stringMatching(/"dynamodb".*s3/),
    });
  });

  it("may be signed for any region, with any key", async () => {
    const sts = new STSClient(sdkSettings("ap-southeast-2"));
    expect(await sts.send(new GetCallerIdentityCommand())).toMatchObject({
      Account: "000000000000",
      Arn: "arn:aws:iam::000000000000:root",
    });
    sts.destroy();
  });

  it("for an operation that is not here is an error in the service's own form", async () => {
    const sts = new STSClient(sdkSettings());
    await expect(
      sts.send(new AssumeRoleCommand({ RoleArn: "arn:aws:iam::0:role/x", RoleSessionName: "x" })),
    ).rejects.toMatchObject({ name: "InvalidAction" });
    sts.destroy();
    const logs = new CloudWatchLogsClient(sdkSettings());
    await expect(
      logs.send(new DescribeLogGroupsCommand({ includeLinkedAccounts: true })),
    ).rejects.toMatchObject({ name: "InvalidParameterException" });
    logs.destroy();
  });
});

describe("a presigned URL", () => {
  async function presign(expires: number, signedAt: Date) {
    const url = `${local().endpoint}/bucket-of-nobody/key?X-Amz-Expires=${expires}`;
    const datetime = signedAt.toISOString().replace(/[:-]|\.\d{3}/g, "");
    const request = await signer("s3").sign(url, { aws: { signQuery: true, datetime } });
    return fetch(request);
  }

  it("is valid until it expires", async () => {
    const valid = await presign(60, new Date());
    expect(await valid.text()).toContain("<Code>NoSuchBucket</Code>");
    const expired = await presign(60, new Date(Date.now() - 61_000));
    expect(expired.status).toBe(403);
    expect(await expired.text()).toContain("<Message>Request has expired</Message>");
  });

  it("cannot be valid for more than a week", async () => {
    const response = await presign(604_801, new Date());
    expect(await response.text()).toContain("<Code>AuthorizationQueryParametersError</Code>");
  });
});

describe("/_local/", () => {
  it("tells whose server this is", async () => {
    const response = await fetch(`${local().endpoint}/_local/health`);
    expect(await response.json()).toMatchObject({ home: local().home, pid: process.pid });
  });

  it("takes no orders from web pages", async () => {
    const response = await fetch(`${local().endpoint}/_local/faults`, {
      method: "DELETE",
      headers: { origin: "https://example.com" },
    });
    expect(response.status).toBe(403);
  });

  it("refuses what it does not know", async () => {
    expect((await fetch(`${local().endpoint}/_local/nothing`)).status).toBe(404);
  });
});
