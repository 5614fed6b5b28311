/** Asks the app without a server between: a web Request in, a web Response out. */
import { Readable } from "node:stream";
import { isWhole } from "../../../runtime/site/http/answer.ts";
import type { App } from "../../../runtime/site/pipeline/app.ts";

export function fetchFrom(app: App, request: Request): Promise<Response> {
  const { origin } = new URL(request.url);
  const { method, headers } = request;
  return fetchPath(app, request.url.slice(origin.length), { method, headers });
}

/** `path` is sent as it is, where a URL would be made shorter. */
export async function fetchPath(
  app: App,
  path: string,
  {
    method = "GET",
    headers = new Headers(),
    form = "",
    address = "192.0.2.1",
    isSecure = false,
  } = {},
): Promise<Response> {
  const body = async () => Buffer.from(form);
  const answer = await app({ method, url: path, headers, isSecure, address, body });
  const given = isWhole(answer.body)
    ? (answer.body as BodyInit | null)
    : (Readable.toWeb(Readable.from(answer.body, { objectMode: false })) as ReadableStream);
  return new Response(given, { status: answer.status, headers: answer.headers });
}
