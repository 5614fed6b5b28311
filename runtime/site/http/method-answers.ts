/** What is answered to a method alone, whatever the path is of. */
import { errorBody, HttpError } from "../errors.ts";
import type { PageContext } from "../pages/context.ts";
import { type Answer, type HeaderFields, jsonAnswer, textAnswer } from "./answer.ts";

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
