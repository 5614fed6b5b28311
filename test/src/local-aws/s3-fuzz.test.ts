/** Whatever a client sends, the local S3 has an answer that is S3's, and goes on serving. */
import { request } from "node:http";
import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { signatureOf } from "../../../src/local-aws/verify-signature.ts";
import { useLocalAws } from "./local-server.ts";

const local = useLocalAws();

beforeAll(async () => {
  local().context.buckets.create("fuzz", "us-east-1");
  await local().context.objects.write("fuzz", "key", Buffer.from("body"));
});

const DATE = "20261120T120000Z";
const SIGNATURE = {
  accessKeyId: "local",
  region: "us-east-1",
  service: "s3",
  scope: "20261120/us-east-1/s3/aws4_request",
  date: DATE,
  signedHeaders: ["host"],
};

/** A request has to be signed to be looked at; no signer takes all of these. */
function authorization(method: string, target: string, sent: Record<string, string>): string {
  const [path = "", query = ""] = target.split(/\?(.*)/s);
  const request = { method, path, query: new URLSearchParams(query), headers: sent, body: null };
  const signature = signatureOf(request, SIGNATURE, { secretAccessKey: "local" }).toString("hex");
  return `AWS4-HMAC-SHA256 Credential=local/${SIGNATURE.scope}, SignedHeaders=host, Signature=${signature}`;
}

const path = fc.oneof(
  fc.constantFrom("/", "/fuzz", "/fuzz/", "/fuzz/key", "/other/key", "/%", "/fuzz/%ff", "//"),
  fc.webPath().map((text) => `/fuzz${text}`),
);

const parameter = fc.oneof(
  fc.constantFrom(
    "list-type=2",
    "versions",
    "uploads",
    "delete",
    "policy",
    "versioning",
    "location",
    "tagging",
    "uploadId=none",
    "partNumber=1",
    "versionId=null",
    "max-keys=-1",
    "max-keys=two",
    "continuation-token=bm90IGpzb24",
    "encoding-type=xml",
    "key-marker=a",
    "prefix=%F0%9F",
  ),
  fc.webQueryParameters(),
);

const header = fc.constantFrom<[string, string]>(
  ["range", "bytes=5-1"],
  ["range", "bytes=-0"],
  ["if-match", "*"],
  ["if-none-match", '"x"'],
  ["if-modified-since", "yesterday"],
  ["content-md5", "short"],
  ["x-amz-copy-source", "nonsense"],
  ["x-amz-copy-source", "fuzz/%"],
  ["x-amz-content-sha256", "STREAMING-UNSIGNED-PAYLOAD-TRAILER"],
  ["x-amz-decoded-content-length", "4"],
  ["x-amz-checksum-algorithm", "MD5"],
  ["x-amz-checksum-crc32", "AAAAAA=="],
  ["x-amz-acl", "public-read"],
  ["x-amz-expected-bucket-owner", "1"],
);

const body = fc.oneof(
  fc.constantFrom("", "{}", "null", "<", "<Delete/>", "<Delete><Object><Key/></Object></Delete>"),
  fc.constantFrom(
    "<CreateBucketConfiguration>x</CreateBucketConfiguration>",
    "4\r\nbody\r\n0\r\n\r\n",
  ),
  fc.string(),
);

test("no request makes it fail", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom("GET", "HEAD", "PUT", "POST", "DELETE", "PATCH"),
      path,
      fc.array(parameter, { maxLength: 3 }),
      fc.array(header, { maxLength: 3 }),
      body,
      async (method, path, parameters, headers, body) => {
        const target = parameters.length === 0 ? path : `${path}?${parameters.join("&")}`;
        const answer = await send(method, target, Object.fromEntries(headers), body);
        // 501: what is not implemented says so. 500 would be a bug.
        expect([500, 502, 503]).not.toContain(answer.status);
        if (answer.status >= 400 && method !== "HEAD") {
          expect(answer.body).toMatch(/<Error><Code>\w+<\/Code><Message>/);
        }
      },
    ),
    { numRuns: 400 },
  );
});

function send(
  method: string,
  path: string,
  headers: Record<string, string>,
  body: string,
): Promise<{ status: number; body: string }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number; body: string }>();
  const { port } = new URL(local().endpoint);
  const sent = { ...headers, host: `127.0.0.1:${port}`, "x-amz-date": DATE };
  const outgoing = request({
    host: "127.0.0.1",
    port,
    method,
    path,
    headers: {
      ...sent,
      authorization: authorization(method, path, sent),
      "content-length": String(Buffer.byteLength(body)),
    },
  });
  outgoing.on("error", reject);
  outgoing.on("response", (response) => {
    response.toArray().then((chunks) => {
      resolve({ status: response.statusCode!, body: Buffer.concat(chunks).toString() });
    }, reject);
  });
  outgoing.end(body);
  return promise;
}
