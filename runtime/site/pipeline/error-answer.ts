import { errorBody, type HttpError } from "../errors.ts";
import { type Answer, type HeaderFields, jsonAnswer } from "../http/answer.ts";
import type { PageContext } from "../pages/context.ts";

/** JSON for paths that end in `.json`, and for refusals when the sender asks for JSON; else a page. */
export async function errorAnswer(context: PageContext, error: HttpError): Promise<Answer> {
  const wait: HeaderFields = error.status === 429 ? { "retry-after": "60" } : {};
  if (wantsJson(context, error.status)) return jsonAnswer(errorBody(error), error.status, wait);
  const { HTML_ANSWERS } = await import("../routes/html-answers.ts");
  return HTML_ANSWERS.error(context, error, wait);
}

function wantsJson({ request }: PageContext, status: number): boolean {
  if (request.path.endsWith(".json")) return true;
  if (status !== 403) return false;
  return (
    (request.headers.get("accept") ?? "").includes("application/json") ||
    request.headers.get("content-type") === "application/json"
  );
}
