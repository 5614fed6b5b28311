import { type Answer, answer, type HeaderFields } from "../http/answer.ts";
import type { PageContext } from "../pages/context.ts";
import type { JsonBody } from "../views/json/shapes.ts";
import { cacheHeaders, NO_REFERRER } from "./cache-headers.ts";

/** The JSON of a table, row or configured query. What went wrong is not to be kept. */
export function rowsJsonAnswer(
  context: PageContext,
  { body, contentType, status }: JsonBody,
  headers: HeaderFields = {},
): Answer {
  const policy = status === 200 ? cacheHeaders(context) : NO_REFERRER;
  return answer(body, { "content-type": contentType, ...policy, ...headers }, status);
}
