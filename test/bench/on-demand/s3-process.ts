/**
 * A small S3 in a process of its own, for databases that are larger than memory: argv[2] is a folder
 * with the objects of its one bucket as files. Told over IPC how fast it is, and asked for what it sent.
 */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { Network, type NetworkSettings } from "../../../src/local-aws/network.ts";

/** Since it was asked for last. */
export interface Sent {
  requests: number;
  bytes: number;
}

const folder = process.argv[2]!;
const network = new Network();
let sent: Sent = { requests: 0, bytes: 0 };

async function answer(request: http.IncomingMessage, response: http.ServerResponse) {
  const { pathname } = new URL(request.url!, "http://s3");
  const body = await readFile(join(folder, pathname.split("/").slice(2).join("/"))).catch(
    () => null,
  );
  sent.requests++;
  const etag = body === null ? "" : `"${createHash("md5").update(body).digest("hex")}"`;
  const isSame = body !== null && request.headers["if-none-match"] === etag;
  const bytes = body === null || isSame ? 0 : body.length;
  sent.bytes += bytes;
  await network.carry(bytes);
  if (body === null) response.writeHead(404).end("<Error><Code>NoSuchKey</Code></Error>");
  else if (isSame) response.writeHead(304).end();
  else response.writeHead(200, { etag, "content-length": body.length }).end(body);
}

const server = http.createServer((request, response) => void answer(request, response));
process.on("disconnect", () => process.exit());
process.on("message", (settings: NetworkSettings | null) => {
  if (settings === null) process.send!(sent);
  else network.set(settings);
  sent = { requests: 0, bytes: 0 };
});
server.listen(0, "127.0.0.1", () => {
  process.send!(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
