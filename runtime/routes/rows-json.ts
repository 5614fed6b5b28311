import type { HeaderFields } from "../http/responses.ts";
import type { PageContext } from "../pages/context.ts";
import type { JsonBody } from "../views/json/shapes.ts";
import { cacheHeaders, NO_REFERRER } from "./cache-headers.ts";

/** The JSON of a table, row or configured query. What went wrong is not to be kept. */
export function rowsJsonResponse(
  context: PageContext,
  { body, contentType, status }: JsonBody,
  headers: HeaderFields = {},
): Response {
  const policy = status === 200 ? cacheHeaders(context) : NO_REFERRER;
  return new Response(body, {
    status,
    headers: { "content-type": contentType, ...policy, ...headers },
  });
}
