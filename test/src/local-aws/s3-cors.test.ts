import { DeleteObjectCommand } from "@aws-sdk/client-s3";
import { AwsClient } from "aws4fetch";
import { beforeEach, describe, expect, test } from "vitest";
import { useLocalAws } from "./local-server.ts";
import { useBucket } from "./s3-bucket.ts";

const local = useLocalAws();
const bucket = useBucket(() => local().endpoint);

const HERE = "https://here.example";
const PREFLIGHT = { origin: HERE, "access-control-request-method": "GET" };

let url: string;
beforeEach(async () => {
  await bucket.put("answer.json", "{}");
  const signer = new AwsClient({
    accessKeyId: "local",
    secretAccessKey: "local",
    service: "s3",
    region: "us-east-1",
  });
  const object = `${local().endpoint}/${bucket.name}/answer.json`;
  ({ url } = await signer.sign(`${object}?X-Amz-Expires=60`, { aws: { signQuery: true } }));
});

function allow(...origins: string[]): void {
  local().context.buckets.setCorsRules(bucket.name, [
    { AllowedOrigins: origins, AllowedMethods: ["GET"], AllowedHeaders: ["x-*"], MaxAge: 60 },
  ]);
}

/** Whom the answer to a GET may be shown to. */
async function readers(origin: string): Promise<string | null> {
  const answer = await fetch(url, { headers: { origin } });
  expect([answer.status, await answer.text()]).toEqual([200, "{}"]);
  return answer.headers.get("access-control-allow-origin");
}

describe("the answer to a page of another origin", () => {
  test("may not be read without rules", async () => {
    expect(await readers(HERE)).toBeNull();
  });

  test("may be read by everybody where the rule says so, also after a redirect from elsewhere", async () => {
    allow("*");
    expect(await readers(HERE)).toBe("*");
    expect(await readers("null")).toBe("*");
    const { headers } = await fetch(url);
    expect(headers.get("access-control-allow-origin")).toBeNull();
  });

  test("may be read by the origins that a rule names", async () => {
    allow("https://*.example");
    expect(await readers(HERE)).toBe(HERE);
    expect(await readers("https://here.test")).toBeNull();
  });

  test("may be read when it is an error", async () => {
    allow("*");
    await bucket.s3.send(new DeleteObjectCommand({ Bucket: bucket.name, Key: "answer.json" }));
    const answer = await fetch(url, { headers: { origin: HERE } });
    expect([answer.status, answer.headers.get("access-control-allow-origin")]).toEqual([404, "*"]);
  });
});

describe("the browser's question beforehand", () => {
  const ask = (headers: Record<string, string>) => fetch(url, { method: "OPTIONS", headers });

  test("is answered with what the rule allows", async () => {
    allow("*");
    const answer = await ask({ ...PREFLIGHT, "access-control-request-headers": "X-One, x-two" });
    expect(answer.status).toBe(200);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      "access-control-allow-origin": "*",
      "access-control-allow-methods": "GET",
      "access-control-allow-headers": "x-one, x-two",
      "access-control-max-age": "60",
    });
  });

  test.each([
    ["another method", { ...PREFLIGHT, "access-control-request-method": "PUT" }],
    ["another header", { ...PREFLIGHT, "access-control-request-headers": "x-one, authorization" }],
    ["another origin", { ...PREFLIGHT, origin: "https://elsewhere.test" }],
  ])("is refused for %s", async (_, headers) => {
    allow("https://*.example");
    const answer = await ask(headers);
    expect(answer.status).toBe(403);
    expect(await answer.text()).toContain("<Code>AccessForbidden</Code>");
  });

  test("is refused by a bucket without rules", async () => {
    expect(await (await ask(PREFLIGHT)).text()).toContain("CORS is not enabled for this bucket.");
  });
});
