import { statSync } from "node:fs";
import { get } from "node:http";
import { join } from "node:path";
import { CloudWatchLogsClient, DescribeLogGroupsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { ListBucketsCommand, S3Client } from "@aws-sdk/client-s3";
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { AwsClient } from "aws4fetch";
import { describe, expect, test } from "vitest";
import { useLocalAws } from "./local-server.ts";

const local = useLocalAws();

function sdkSettings(region = "us-east-1") {
  return {
    endpoint: local().endpoint,
    region,
    maxAttempts: 1,
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  };
}

function signer(service: string) {
  return new AwsClient({
    accessKeyId: "local",
    secretAccessKey: "local",
    service,
    region: "us-east-1",
    retries: 0,
  });
}

describe("a request", () => {
  test("without a signature is AccessDenied", async () => {
    const response = await fetch(`${local().endpoint}/bucket/key`);
    expect(response.status).toBe(403);
    expect(await response.text()).toContain("<Code>AccessDenied</Code>");
  });

  test("with a malformed Authorization header says so", async () => {
    const response = await fetch(local().endpoint, {
      headers: { authorization: "AWS4-HMAC-SHA256 Credential=nonsense" },
    });
    expect(response.status).toBe(400);
    expect(await response.text()).toContain("<Code>AuthorizationHeaderMalformed</Code>");
  });

  test("to a service that is not here is an error that names those that are", async () => {
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

  test("may be signed for any region", async () => {
    const sts = new STSClient(sdkSettings("ap-southeast-2"));
    expect(await sts.send(new GetCallerIdentityCommand())).toMatchObject({
      Account: "000000000000",
      Arn: "arn:aws:iam::000000000000:root",
    });
    sts.destroy();
  });

  test("for an operation that is not here is an error in the service's own form", async () => {
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

describe("a request that was not signed by who has the secret", () => {
  const FORGED = { accessKeyId: "local", secretAccessKey: "guessed" };

  test("is refused, whatever the service", async () => {
    const settings = { ...sdkSettings(), credentials: FORGED };
    const sts = new STSClient(settings);
    const logs = new CloudWatchLogsClient(settings);
    const s3 = new S3Client({ ...settings, forcePathStyle: true });
    const refused = (name: string) => ({ name, $metadata: { httpStatusCode: 403 } });
    const mismatch = refused("SignatureDoesNotMatch");
    await expect(sts.send(new GetCallerIdentityCommand())).rejects.toMatchObject(mismatch);
    await expect(s3.send(new ListBucketsCommand())).rejects.toMatchObject(mismatch);
    await expect(logs.send(new DescribeLogGroupsCommand())).rejects.toMatchObject(
      refused("InvalidSignatureException"),
    );
    for (const client of [sts, logs, s3]) client.destroy();
  });

  test("is refused with a key that nobody has", async () => {
    const credentials = { accessKeyId: "AKIA", secretAccessKey: "local" };
    const sts = new STSClient({ ...sdkSettings(), credentials });
    await expect(sts.send(new GetCallerIdentityCommand())).rejects.toMatchObject({
      name: "InvalidClientTokenId",
    });
    sts.destroy();
    const logs = new CloudWatchLogsClient({ ...sdkSettings(), credentials });
    await expect(logs.send(new DescribeLogGroupsCommand())).rejects.toMatchObject({
      name: "UnrecognizedClientException",
    });
    logs.destroy();
  });

  test("is refused when anything that was signed is another: method, path, query, header", async () => {
    const url = `${local().endpoint}/some-bucket/key?list-type=2`;
    const headers = { "x-amz-meta-a": "1" };
    const signed = await signer("s3").sign(url, { method: "PUT", headers });
    const send = async (target: string, changes: Record<string, string>, method = "PUT") => {
      const sent = new Headers(signed.headers);
      for (const [name, value] of Object.entries(changes)) sent.set(name, value);
      return (await fetch(target, { method, headers: sent })).text();
    };
    const mismatch = "<Code>SignatureDoesNotMatch</Code>";
    expect(await send(url, {})).not.toContain(mismatch);
    expect(await send(url.replace("key", "other"), {})).toContain(mismatch);
    expect(await send(url.replace("=2", "=1"), {})).toContain(mismatch);
    expect(await send(url, { "x-amz-meta-a": "2" })).toContain(mismatch);
    expect(await send(url, {}, "DELETE")).toContain(mismatch);
  });
});

describe("a request that was signed by a clock that is wrong", () => {
  const minutes = (count: number) => new Date(Date.now() + count * 60_000);
  const amzDate = (date: Date) => date.toISOString().replace(/[-:]|\.\d{3}/g, "");

  test.each([-20, 20])("by %i minutes is refused, in the words of its service", async (off) => {
    const answerOf = async (service: string, headers: Record<string, string>) => {
      const method = "POST";
      const client = signer(service);
      const signed = await client.sign(`${local().endpoint}/?prefix=a`, {
        method,
        body: "{}",
        headers,
        aws: { datetime: amzDate(minutes(off)) },
      });
      const response = await fetch(signed);
      return `${response.status} ${await response.text()}`;
    };
    expect(await answerOf("s3", {})).toMatch(/^403 .*RequestTimeTooSkewed/s);
    const json = { "x-amz-target": "Logs_20140328.DescribeLogGroups" };
    expect(await answerOf("logs", json)).toMatch(/^403 .*InvalidSignatureException/s);
    expect(await answerOf("sts", {})).toMatch(/^403 .*SignatureDoesNotMatch.*expired/s);
  });
});

describe("a web page", () => {
  test("is refused by every service but S3, even with a signature", async () => {
    const body = "Action=GetCallerIdentity&Version=2011-06-15";
    const method = "POST";
    const request = await signer("sts").sign(local().endpoint, {
      method,
      body,
      headers: { "content-type": "application/x-www-form-urlencoded" },
    });
    const headers = new Headers(request.headers);
    expect((await fetch(local().endpoint, { method, body, headers })).status).toBe(200);
    headers.set("origin", "https://example.com");
    const refused = await fetch(local().endpoint, { method, body, headers });
    expect(refused.status).toBe(403);
    expect(await refused.text()).toContain("web pages");
  });

  test("reaches nothing by a name that it made to mean this machine", async () => {
    const { port } = new URL(local().endpoint);
    for (const [path, refusal] of [
      ["/", 421],
      ["/bucket/key", 421],
      ["/_local/health", 403],
    ] as const) {
      expect([path, await statusWithHost(path, port, `evil.example:${port}`)]).toEqual([
        path,
        refusal,
      ]);
    }
  });

  function statusWithHost(path: string, port: string, host: string): Promise<number | undefined> {
    return new Promise((resolve, reject) => {
      get({ host: "127.0.0.1", port, path, headers: { host } }, (response) => {
        response.resume();
        resolve(response.statusCode);
      }).on("error", reject);
    });
  }
});

test("what it keeps is for its user alone", () => {
  expect(statSync(local().home).mode & 0o777).toBe(0o700);
  expect(statSync(join(local().home, "server.json")).mode & 0o777).toBe(0o600);
});

describe("a presigned URL", () => {
  async function presign(expires: number, signedAt: Date) {
    const url = `${local().endpoint}/bucket-of-nobody/key?X-Amz-Expires=${expires}`;
    const datetime = signedAt.toISOString().replace(/[:-]|\.\d{3}/g, "");
    const request = await signer("s3").sign(url, { aws: { signQuery: true, datetime } });
    return fetch(request);
  }

  test("is valid until it expires", async () => {
    const valid = await presign(60, new Date());
    expect(await valid.text()).toContain("<Code>NoSuchBucket</Code>");
    const expired = await presign(60, new Date(Date.now() - 61_000));
    expect(expired.status).toBe(403);
    expect(await expired.text()).toContain("<Message>Request has expired</Message>");
  });

  test("cannot be valid for more than a week", async () => {
    const response = await presign(604_801, new Date());
    expect(await response.text()).toContain("<Code>AuthorizationQueryParametersError</Code>");
  });
});

describe("/_local/", () => {
  test("tells whose server this is", async () => {
    const response = await fetch(`${local().endpoint}/_local/health`);
    expect(await response.json()).toMatchObject({ home: local().home, pid: process.pid });
  });

  test("takes no orders from web pages", async () => {
    const response = await fetch(`${local().endpoint}/_local/faults`, {
      method: "DELETE",
      headers: { origin: "https://example.com" },
    });
    expect(response.status).toBe(403);
  });

  test("refuses what it does not know", async () => {
    expect((await fetch(`${local().endpoint}/_local/nothing`)).status).toBe(404);
  });
});
