/** The app as what `node:http` calls for each request, in `dsl serve` and (by serverless-http) in Lambda. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { type Answer, isWhole } from "../http/answer.ts";
import type { RequestHeaders, SiteRequest } from "../request.ts";

export function siteRequest(incoming: IncomingMessage): SiteRequest {
  const { method, url, headers, socket } = incoming;
  return {
    method: method ?? "GET",
    url: url ?? "/",
    headers: new IncomingHeaders(headers),
    isSecure: "encrypted" in socket && socket.encrypted === true,
    ...(socket.remoteAddress !== undefined && { address: socket.remoteAddress }),
    body: (limit) => readBody(incoming, limit),
  };
}

async function readBody(incoming: IncomingMessage, limit: number): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > limit) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/**
 * Sends an answer. A body that fails half-way ends the connection, so that nobody takes the half for
 * the whole.
 * @throws what the body throws
 */
export async function sendAnswer(answer: Answer, response: ServerResponse): Promise<void> {
  const { status, headers, body } = answer;
  response.statusCode = status;
  for (const name in headers) response.setHeader(name, headers[name]!);
  if (!isWhole(body)) {
    await pipeline(Readable.from(body, { objectMode: false }), response);
    return;
  }
  if (body === null) response.end();
  else response.end(body);
}

export class IncomingHeaders implements RequestHeaders {
  readonly fields: IncomingMessage["headers"];

  constructor(fields: IncomingMessage["headers"]) {
    this.fields = fields;
  }

  get(name: string): string | null {
    const key = name.toLowerCase();
    const value = Object.hasOwn(this.fields, key) ? this.fields[key] : undefined;
    return value === undefined ? null : Array.isArray(value) ? value.join(", ") : value;
  }
}
