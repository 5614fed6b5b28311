import { AwsV4Signer } from "aws4fetch";
import fc from "fast-check";
import { expect, test } from "vitest";
import { presign, type SigningScope, signRequest } from "../../../../runtime/core/store/sigv4.ts";

const scope: SigningScope = {
  credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret/Key+1" },
  region: "eu-central-1",
  now: new Date("2026-01-31T23:59:59.123Z"),
};
const datetime = "20260131T235959Z";

const keys = fc
  .array(fc.string({ unit: "grapheme", minLength: 1, maxLength: 12 }), {
    minLength: 1,
    maxLength: 4,
  })
  // What stands between slashes has none.
  .filter((parts) => parts.every((part) => part !== "." && part !== ".." && !part.includes("/")));
const tokens = fc.option(fc.base64String({ minLength: 4 }), { nil: undefined });

function urlOf(parts: string[]): URL {
  return new URL(`https://bucket.s3.amazonaws.com/${parts.map(encodeURIComponent).join("/")}`);
}

function withToken(sessionToken: string | undefined): SigningScope {
  return { ...scope, credentials: { ...scope.credentials, sessionToken } };
}

test("the signature of the example in the S3 documentation is right", () => {
  const example: SigningScope = {
    credentials: {
      accessKeyId: "AKIAIOSFODNN7EXAMPLE",
      secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    },
    region: "us-east-1",
    now: new Date("2013-05-24T00:00:00Z"),
  };
  // https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
  expect(presign(example, new URL("https://examplebucket.s3.amazonaws.com/test.txt"), 86_400)).toBe(
    "https://examplebucket.s3.amazonaws.com/test.txt" +
      "?X-Amz-Algorithm=AWS4-HMAC-SHA256" +
      "&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request" +
      "&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host" +
      "&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404",
  );
});

test("any request is signed as aws4fetch signs it", async () => {
  await fc.assert(
    fc.asyncProperty(keys, tokens, fc.base64String(), async (parts, token, etag) => {
      const url = urlOf(parts);
      const headers = { "if-none-match": `"${etag}"` };
      const signed = signRequest(withToken(token), "GET", url, headers);
      const signer = new AwsV4Signer({
        method: "GET",
        url: url.href,
        headers,
        datetime,
        service: "s3",
        region: scope.region,
        ...withToken(token).credentials,
      } as ConstructorParameters<typeof AwsV4Signer>[0]);
      expect(signed.authorization).toBe((await signer.sign()).headers.get("authorization"));
    }),
  );
});

test("any URL is presigned as aws4fetch presigns it", async () => {
  await fc.assert(
    fc.asyncProperty(keys, tokens, async (parts, token) => {
      const url = urlOf(parts);
      url.searchParams.set("response-content-disposition", 'attachment; filename="a b.db"');
      const presigned = new URL(presign(withToken(token), url, 600));
      url.searchParams.set("X-Amz-Expires", "600");
      const signer = new AwsV4Signer({
        method: "GET",
        url: url.href,
        datetime,
        service: "s3",
        region: scope.region,
        signQuery: true,
        ...withToken(token).credentials,
      } as ConstructorParameters<typeof AwsV4Signer>[0]);
      const expected = (await signer.sign()).url.searchParams.get("X-Amz-Signature");
      expect(presigned.searchParams.get("X-Amz-Signature")).toBe(expected);
    }),
  );
});
