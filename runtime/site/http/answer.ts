import { toJson } from "../views/json/json.ts";
import { JSON_TYPE } from "../views/json/shapes.ts";

/** Names in lower case. */
export type HeaderFields = Record<string, string>;

/** What a route answers; it becomes a Response when all that concerns every answer has been done. */
export interface Answer {
  status: number;
  headers: HeaderFields;
  body: string | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array> | null;
}

export function answer(
  body: Answer["body"],
  headers: HeaderFields,
  status: Answer["status"] = 200,
): Answer {
  return { status, headers, body };
}

export function jsonAnswer(data: unknown, status = 200, headers: HeaderFields = {}): Answer {
  return answer(toJson(data), { "content-type": JSON_TYPE, ...headers }, status);
}

export function textAnswer(text: string, status = 200, headers: HeaderFields = {}): Answer {
  return answer(text, { "content-type": "text/plain; charset=utf-8", ...headers }, status);
}

export function htmlAnswer(html: string, status = 200, headers: HeaderFields = {}): Answer {
  return answer(html, { "content-type": "text/html; charset=utf-8", ...headers }, status);
}

export function redirect(
  location: string,
  status: 301 | 302 = 302,
  headers: HeaderFields = {},
): Answer {
  return answer(null, { location, ...headers }, status);
}
