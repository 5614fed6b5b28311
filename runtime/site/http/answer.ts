import { badRequest } from "../errors.ts";
import { toJson } from "../views/json/json.ts";
import { JSON_TYPE } from "../views/json/shapes.ts";
import { encodeUrl } from "./link-header.ts";

/** Names in lower case. */
export type HeaderFields = Record<string, string>;

/** A body that is sent bit by bit. */
export type BodyParts = Iterable<string> | AsyncIterable<Uint8Array>;

/** What a route answers, and what is sent when all that concerns every answer has been done. */
export interface Answer {
  status: number;
  headers: HeaderFields;
  body: string | Uint8Array | BodyParts | null;
}

export function answer(
  body: Answer["body"],
  headers: HeaderFields,
  status: Answer["status"] = 200,
): Answer {
  return { status, headers, body };
}

/** Whether a body is there as a whole, and not still to be made. */
export function isWhole(body: Answer["body"]): body is string | Uint8Array | null {
  return body === null || typeof body === "string" || body instanceof Uint8Array;
}

export function jsonAnswer(data: unknown, status = 200, headers: HeaderFields = {}): Answer {
  return answer(toJson(data), { "content-type": JSON_TYPE, ...headers }, status);
}

export function textAnswer(text: string, status = 200, headers: HeaderFields = {}): Answer {
  return answer(text, { "content-type": "text/plain; charset=utf-8", ...headers }, status);
}

/**
 * Bytes. Lambda lets 6 MB through, in base64 a fourth less. Pages with rows end before that: this is for
 * the others.
 */
const LARGEST_PAGE = 4_600_000;

/** @throws HttpError 400 for a page that is too large to be sent */
export function htmlAnswer(html: string, status = 200, headers: HeaderFields = {}): Answer {
  // No character has more than three bytes in UTF-8: most pages need no counting.
  if (html.length > LARGEST_PAGE / 3 && Buffer.byteLength(html) > LARGEST_PAGE) {
    const megabytes = Math.ceil(Buffer.byteLength(html) / 1e6);
    throw badRequest(
      `This page would have ${megabytes} MB, which is more than can be sent. Add .json to its address for the data, or ask for less.`,
      "Too large for a page",
    );
  }
  return answer(html, { "content-type": "text/html; charset=utf-8", ...headers }, status);
}

/** `location` stays on this site: browsers take two slashes for the beginning of another one's name. */
export function redirect(
  location: string,
  status: 301 | 302 | 303 = 302,
  headers: HeaderFields = {},
): Answer {
  const local = encodeUrl(location.replace(/^[/\\]+/, "/"));
  return answer(null, { location: local, ...headers }, status);
}
