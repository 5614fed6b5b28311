import { toJson } from "../views/json/json.ts";
import { JSON_TYPE } from "../views/json/shapes.ts";

export type HeaderFields = Record<string, string>;

export function jsonResponse(data: unknown, status = 200, headers: HeaderFields = {}): Response {
  return new Response(toJson(data), {
    status,
    headers: { "content-type": JSON_TYPE, ...headers },
  });
}

export function textResponse(text: string, status = 200, headers: HeaderFields = {}): Response {
  return new Response(text, {
    status,
    headers: { "content-type": "text/plain; charset=utf-8", ...headers },
  });
}

export function htmlResponse(html: string, status = 200, headers: HeaderFields = {}): Response {
  return new Response(html, {
    status,
    headers: { "content-type": "text/html; charset=utf-8", ...headers },
  });
}

export function redirect(
  location: string,
  status: 301 | 302 = 302,
  headers: HeaderFields = {},
): Response {
  return new Response(null, { status, headers: { location, ...headers } });
}
