/**
 * Requests that a browser makes for a page of another origin: the bucket's CORS rules say which
 * answers that page may read. https://docs.aws.amazon.com/AmazonS3/latest/userguide/cors.html
 */
import { AwsFault, type LocalRequest, type LocalResponse } from "../common/service.ts";

/** As in CloudFormation. */
export interface CorsRule {
  /** With at most one `*` each. */
  AllowedOrigins: string[];
  AllowedMethods: string[];
  /** Headers that a page may send, with at most one `*` each. */
  AllowedHeaders?: string[];
  /** Headers that a page may read besides the usual ones. */
  ExposedHeaders?: string[];
  /** Seconds for which a browser need not ask again. */
  MaxAge?: number;
}

/**
 * Answers a request that has an `Origin`: the browser's question beforehand (OPTIONS) by the rules
 * alone, anything else as `answer` does, with the headers of the first rule that admits it, if any.
 * Throws AccessForbidden, and what `answer` throws.
 */
export async function answerOrigin(
  origin: string,
  rules: readonly CorsRule[],
  request: LocalRequest,
  answer: (request: LocalRequest) => Promise<LocalResponse>,
): Promise<LocalResponse> {
  if (request.method === "OPTIONS") return preflight(origin, rules, request.headers);
  const rule = rules.find((each) => admits(each, origin, request.method, []));
  const headers = rule === undefined ? {} : headersOf(rule, origin);
  try {
    const response = await answer(request);
    return { ...response, headers: { ...response.headers, ...headers } };
  } catch (error) {
    if (error instanceof AwsFault) Object.assign(error.headers, headers);
    throw error;
  }
}

function preflight(
  origin: string,
  rules: readonly CorsRule[],
  headers: LocalRequest["headers"],
): LocalResponse {
  const method = headers["access-control-request-method"] ?? "";
  const asked = (headers["access-control-request-headers"] ?? "").toLowerCase();
  const names = asked.split(",").map((name) => name.trim());
  const wanted = names.filter((name) => name !== "");
  const rule = rules.find((each) => admits(each, origin, method, wanted));
  if (rule === undefined) {
    const why =
      rules.length === 0
        ? "CORS is not enabled for this bucket."
        : "This CORS request is not allowed.";
    throw new AwsFault("AccessForbidden", `CORSResponse: ${why}`, 403);
  }
  const allowed = { "access-control-allow-headers": wanted.join(", ") };
  return {
    status: 200,
    headers: { ...headersOf(rule, origin), ...(wanted.length > 0 ? allowed : {}) },
    body: "",
  };
}

function admits(rule: CorsRule, origin: string, method: string, headers: string[]): boolean {
  const { AllowedOrigins, AllowedMethods, AllowedHeaders = [] } = rule;
  return (
    AllowedOrigins.some((pattern) => matches(pattern, origin)) &&
    AllowedMethods.includes(method) &&
    headers.every((name) => AllowedHeaders.some((each) => matches(each.toLowerCase(), name)))
  );
}

function matches(pattern: string, text: string): boolean {
  const [start = "", end] = pattern.split("*");
  if (end === undefined) return pattern === text;
  return text.length >= start.length + end.length && text.startsWith(start) && text.endsWith(end);
}

/** An origin that is named may send credentials, too; everybody may not. */
function headersOf(rule: CorsRule, origin: string): Record<string, string> {
  const { AllowedOrigins, AllowedMethods, ExposedHeaders = [], MaxAge } = rule;
  const isForAll = AllowedOrigins.includes("*");
  return {
    "access-control-allow-origin": isForAll ? "*" : origin,
    "access-control-allow-methods": AllowedMethods.join(", "),
    ...(isForAll ? {} : { "access-control-allow-credentials": "true" }),
    ...(ExposedHeaders.length > 0
      ? { "access-control-expose-headers": ExposedHeaders.join(", ") }
      : {}),
    ...(MaxAge === undefined ? {} : { "access-control-max-age": String(MaxAge) }),
    vary: "Origin, Access-Control-Request-Headers, Access-Control-Request-Method",
  };
}
