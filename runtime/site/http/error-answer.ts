import { errorBody, HttpError } from "../errors.ts";
import type { PageContext } from "../pages/context.ts";
import { layoutOf } from "../pages/layout.ts";
import { StoppedQuery } from "../pages/sql-errors.ts";
import { errorHtml } from "../views/html/other-pages.ts";
import { type Answer, type HeaderFields, htmlAnswer, jsonAnswer, textAnswer } from "./answer.ts";
import { pageHeaders } from "./page-headers.ts";

/** JSON for paths that end in `.json`, and for refusals when the sender asks for JSON; else a page. */
export function errorAnswer(context: PageContext, error: HttpError): Answer {
  const wait: HeaderFields = error.status === 429 ? { "retry-after": "60" } : {};
  if (wantsJson(context, error.status)) return jsonAnswer(errorBody(error), error.status, wait);
  const page = {
    status: error.status,
    title: error.title,
    message: error instanceof StoppedQuery ? error.pageMessage : error.message,
    sql: error instanceof StoppedQuery ? error.sql : null,
  };
  const layout = layoutOf(context, {}, { hasJson: false });
  return htmlAnswer(errorHtml(page, layout), error.status, { ...pageHeaders(layout), ...wait });
}

const ALLOWED_METHODS = "HEAD, GET";

export function optionsAnswer(headers: HeaderFields = {}): Answer {
  return textAnswer("ok", 200, { allow: ALLOWED_METHODS, ...headers });
}

export function methodNotAllowed({ request }: PageContext): Answer {
  const isJson =
    request.path.endsWith(".json") || request.headers.get("content-type") === "application/json";
  const error = new HttpError(405, "Method not allowed");
  const headers = { allow: ALLOWED_METHODS };
  return isJson
    ? jsonAnswer(errorBody(error), 405, headers)
    : textAnswer(error.message, 405, headers);
}

function wantsJson({ request }: PageContext, status: number): boolean {
  if (request.path.endsWith(".json")) return true;
  if (status !== 403) return false;
  return (
    (request.headers.get("accept") ?? "").includes("application/json") ||
    request.headers.get("content-type") === "application/json"
  );
}
