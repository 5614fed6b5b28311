/**
 * API Gateway's event (payload format 2.0, also of function URLs) as a request for the app.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
import { Headers } from "./light-fetch.ts";

export interface HttpEvent {
  version: "2.0";
  rawPath: string;
  rawQueryString: string;
  headers?: Record<string, string>;
  cookies?: string[];
  body?: string;
  isBase64Encoded?: boolean;
  requestContext: {
    requestId?: string;
    domainName?: string;
    http: { method: string };
  };
}

/** Throws for events of another kind: of a REST API, a load balancer, a test in the console. */
export function checkEvent(event: unknown): HttpEvent {
  const { version, requestContext } = (event ?? {}) as Partial<HttpEvent>;
  if (version === "2.0" && typeof requestContext?.http?.method === "string") {
    return event as HttpEvent;
  }
  throw new Error(
    "The event is not one of an HTTP API or a function URL with payload format 2.0: " +
      String(JSON.stringify(event)).slice(0, 200),
  );
}

/**
 * What the app needs of a Request. The body is left out: every route is for reading, and an answer
 * does not depend on it.
 */
export function requestOf(event: HttpEvent): Request {
  const headers = new Headers(event.headers);
  if (event.cookies?.length) headers.set("cookie", event.cookies.join("; "));
  const scheme = headers.get("x-forwarded-proto") ?? "https";
  const host = headers.get("host") ?? event.requestContext.domainName ?? "localhost";
  const query = event.rawQueryString === "" ? "" : `?${event.rawQueryString}`;
  const url = `${scheme}://${host}${encodePath(event.rawPath)}${query}`;
  const request = { url, method: event.requestContext.http.method, headers, body: null };
  return request as unknown as Request;
}

/** An HTTP API hands over the path decoded: what cannot stand in a URL is encoded again. */
function encodePath(path: string): string {
  return path
    .toWellFormed()
    .replace(/%(?![0-9a-f]{2})/gi, "%25")
    .replace(/[^\x21-\x7e]+|[?#"<>\\^`{|}]/g, encodeURIComponent);
}
