/** Bodies that are signed chunk by chunk, as older SDKs and the AWS CLI send them. */
import { createHash, createHmac } from "node:crypto";
import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import { AwsClient } from "aws4fetch";
import { beforeAll, expect, test } from "vitest";
import { useLocalAws } from "./local-server.ts";

const local = useLocalAws();
const KEY = { accessKeyId: "local", secretAccessKey: "local" };
const BUCKET = "signed-chunks";

beforeAll(async () => {
  const { endpoint } = local();
  const s3 = new S3Client({
    endpoint,
    region: "us-east-1",
    forcePathStyle: true,
    credentials: KEY,
  });
  await s3.send(new CreateBucketCommand({ Bucket: BUCKET }));
  s3.destroy();
});

const sha256 = (data: string) => createHash("sha256").update(data).digest("hex");
const hmac = (key: string | Buffer, text: string) =>
  createHmac("sha256", key).update(text).digest();

interface Tampering {
  /** What is sent instead of the chunks that were signed. */
  sent?: readonly string[];
  signature?: string;
  trailer?: string;
}

/** PUT of chunks, each signed, with a checksum behind them; the answer's status and code. */
async function put(chunks: readonly string[], tampering: Tampering = {}): Promise<string> {
  const size = chunks.join("").length;
  const payload = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER";
  const client = new AwsClient({ ...KEY, service: "s3", region: "us-east-1" });
  const url = `${local().endpoint}/${BUCKET}/object`;
  const signed = await client.sign(url, {
    method: "PUT",
    headers: {
      "x-amz-content-sha256": payload,
      "x-amz-decoded-content-length": String(size),
      "x-amz-trailer": "x-amz-checksum-sha256",
    },
  });
  const date = signed.headers.get("x-amz-date")!;
  const scope = [date.slice(0, 8), "us-east-1", "s3", "aws4_request"];
  const key = scope.reduce<string | Buffer>((made, part) => hmac(made, part), "AWS4local");
  let previous = /Signature=(\w+)/.exec(signed.headers.get("authorization")!)![1]!;
  const sign = (algorithm: string, ...hashes: string[]) => {
    const text = [algorithm, date, scope.join("/"), previous, ...hashes].join("\n");
    previous = hmac(key, text).toString("hex");
    return previous;
  };
  const parts = [...chunks, ""].map((chunk, at) => {
    const signature = sign("AWS4-HMAC-SHA256-PAYLOAD", sha256(""), sha256(chunk));
    const data = (tampering.sent ?? chunks)[at] ?? "";
    const head = `${data.length.toString(16)};chunk-signature=${tampering.signature ?? signature}`;
    return `${head}\r\n${data}${data === "" ? "" : "\r\n"}`;
  });
  const checksum = createHash("sha256").update(chunks.join("")).digest("base64");
  const line = `x-amz-checksum-sha256:${checksum}`;
  const trailer = tampering.trailer ?? sign("AWS4-HMAC-SHA256-TRAILER", sha256(`${line}\n`));
  const body = `${parts.join("")}${line}\r\nx-amz-trailer-signature:${trailer}\r\n\r\n`;
  const response = await fetch(url, { method: "PUT", headers: signed.headers, body });
  const code = /<Code>(\w+)/.exec(await response.text())?.[1] ?? "";
  return `${response.status} ${code}`.trim();
}

test("are stored when each signature is right", async () => {
  expect(await put(["first ", "second"])).toBe("200");
  expect(await put([])).toBe("200");
});

test("are refused when a chunk, its signature or the trailers are other than what was signed", async () => {
  const chunks = ["first ", "second"];
  const refused = "403 SignatureDoesNotMatch";
  expect(await put(chunks, { sent: ["first ", "SECOND"] })).toBe(refused);
  expect(await put(chunks, { sent: ["second", "first "] })).toBe(refused);
  expect(await put(chunks, { signature: "0".repeat(64) })).toBe(refused);
  expect(await put(chunks, { trailer: "0".repeat(64) })).toBe(refused);
});
