/** A provider that answers what a test wants, also what no provider should. */
import { createHmac, createSign, generateKeyPairSync, type KeyObject } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

export interface Asked {
  path: string;
  headers: IncomingHttpHeaders;
  body: URLSearchParams;
}

export type Responder = (asked: Asked, response: ServerResponse) => unknown;

export interface FakeProvider {
  url: string;
  /** By path; what is returned is sent as JSON, undefined was sent already. */
  answers: Record<string, Responder>;
  asked: Asked[];
  close(): void;
}

export async function startFakeProvider(): Promise<FakeProvider> {
  const answers: Record<string, Responder> = {};
  const asked: Asked[] = [];
  const server = createServer(async (request, response) => {
    const path = request.url!.split("?")[0]!;
    const one = { path, headers: request.headers, body: new URLSearchParams(await text(request)) };
    asked.push(one);
    const answer = answers[path]?.(one, response);
    if (answer === undefined) return;
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify(answer));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { url, answers, asked, close };
}

export const keyPair = () => generateKeyPairSync("rsa", { modulusLength: 2048 });

/** `key`: a private one for RS256, a text for HS256, null for no signature at all. */
export function makeJwt(claims: object, key: KeyObject | string | null): string {
  const alg = key === null ? "none" : typeof key === "string" ? "HS256" : "RS256";
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const signed = `${encode({ alg, kid: "1" })}.${encode(claims)}`;
  if (key === null) return `${signed}.`;
  const signature =
    typeof key === "string"
      ? createHmac("sha256", key).update(signed).digest("base64url")
      : createSign("sha256").update(signed).sign(key, "base64url");
  return `${signed}.${signature}`;
}
