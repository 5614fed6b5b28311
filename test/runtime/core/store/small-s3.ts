/** A small S3 on loopback for tests of the runtime: one bucket in memory, faults on demand. */
import { createHash } from "node:crypto";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { Network } from "../../../../src/local-aws/network.ts";

/** What becomes of a request instead of its answer. */
export type Fault = 500 | 503 | "slow" | "truncated" | "reset" | "corrupt";

export interface SmallS3 {
  url: string;
  objects: Map<string, Buffer>;
  /** Headers that came with an object. */
  contentHeaders: Map<string, http.OutgoingHttpHeaders>;
  /** Keys that were asked for, in order. */
  requests: string[];
  /** Asked before each answer. */
  fault: (key: string) => Fault | null;
  /** How long answers take. */
  network: Network;
  /** Bytes of all objects that were sent. */
  sentBytes: number;
  /** Most requests that were being answered at a time. */
  mostAtOnce: number;
  /** Closes kept-alive connections, as S3 does with those of a frozen environment. */
  dropConnections(): void;
  close(): Promise<void>;
}

export const BUCKET = "test-bucket";

/** What the runtime finds in its environment when it is to use this S3. */
export function environmentOf(s3: { url: string }): Record<string, string> {
  return {
    AWS_ENDPOINT_URL_S3: s3.url,
    AWS_REGION: "eu-west-1",
    AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
    AWS_SECRET_ACCESS_KEY: "secret",
  };
}

export async function startSmallS3(): Promise<SmallS3> {
  let underWay = 0;
  const server = http.createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url!, "http://s3").pathname);
    const key = path.replace(`/${BUCKET}/`, "");
    s3.requests.push(key);
    underWay++;
    s3.mostAtOnce = Math.max(s3.mostAtOnce, underWay);
    response.once("close", () => underWay--);
    answer(s3, key, request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const s3: SmallS3 = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    objects: new Map(),
    contentHeaders: new Map(),
    requests: [],
    fault: () => null,
    network: new Network(),
    sentBytes: 0,
    mostAtOnce: 0,
    dropConnections: () => server.closeIdleConnections(),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return s3;
}

function answer(
  s3: SmallS3,
  key: string,
  request: http.IncomingMessage,
  response: http.ServerResponse,
): void {
  const fault = s3.fault(key);
  if (typeof fault === "number") {
    response.writeHead(fault).end(`<Error><Code>${fault === 503 ? "SlowDown" : "InternalError"}`);
    return;
  }
  if (fault === "reset") {
    request.socket.resetAndDestroy();
    return;
  }
  if (request.method === "PUT" || request.method === "POST") {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => store(s3, key, request, Buffer.concat(chunks), response));
    return;
  }
  const { searchParams } = new URL(request.url!, "http://s3");
  if (searchParams.has("list-type")) {
    response.writeHead(200).end(listing(s3.objects.keys(), searchParams));
    return;
  }
  const object = s3.objects.get(key);
  if (object === undefined) {
    response.writeHead(404).end("<Error><Code>NoSuchKey</Code><Message>No such key.</Message>");
    return;
  }
  const etag = `"${createHash("md5").update(object).digest("hex")}"`;
  if (request.headers["if-none-match"] === etag) {
    response.writeHead(304).end();
    return;
  }
  const body = fault === "corrupt" ? Buffer.from(object).fill(0, 0, 8) : object;
  const headers = { ...s3.contentHeaders.get(key), "content-length": body.length };
  response.writeHead(200, { ...headers, etag, "last-modified": new Date().toUTCString() });
  if (fault === "truncated") {
    response.write(body.subarray(0, body.length / 2), () => request.socket.destroy());
  } else {
    s3.sentBytes += body.length;
    const arrived = fault === "slow" ? sleep(100) : s3.network.carry(body.length);
    void arrived.then(() => response.end(body));
  }
}

function listing(keys: Iterable<string>, query: URLSearchParams): string {
  const [prefix, after] = [query.get("prefix") ?? "", query.get("start-after") ?? ""];
  const found = [...keys].filter((key) => key.startsWith(prefix) && key > after).sort();
  const listed = found.slice(0, Number(query.get("max-keys") ?? 1000));
  return `<ListBucketResult>${listed.map((key) => `<Contents><Key>${key}</Key></Contents>`).join("")}</ListBucketResult>`;
}

/** A multipart upload: its key serves as its id, its parts are joined as they come. */
function store(
  s3: SmallS3,
  key: string,
  request: http.IncomingMessage,
  body: Buffer,
  response: http.ServerResponse,
): void {
  const query = new URL(request.url!, "http://s3").searchParams;
  const upload = `upload:${key}`;
  if (query.has("uploads")) {
    const kept = Object.entries(request.headers).filter(([name]) => name.startsWith("content-"));
    s3.contentHeaders.set(key, Object.fromEntries(kept));
    s3.objects.set(upload, Buffer.alloc(0));
    response.end(`<Result><UploadId>${encodeURIComponent(key)}</UploadId></Result>`);
  } else if (query.has("partNumber")) {
    s3.objects.set(upload, Buffer.concat([s3.objects.get(upload)!, body]));
    response.writeHead(200, { etag: `"${query.get("partNumber")}"` }).end();
  } else {
    s3.objects.set(key, s3.objects.get(upload)!);
    s3.objects.delete(upload);
    response.end("<Result/>");
  }
}
