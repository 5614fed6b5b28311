/**
 * The events that serverless-http turns into requests, and what it leaves to be mended: of an HTTP API or
 * a function URL (payload format 2.0), of a REST API (1.0), of a load balancer.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
import type { IncomingMessage } from "node:http";

interface RequestContext {
  requestId?: string;
  domainName?: string;
  http?: { method?: string; sourceIp?: string };
}

/** What is common to the events; all else is serverless-http's business. */
export interface HttpEvent {
  version?: string;
  httpMethod?: string;
  path?: string;
  rawPath?: string;
  headers?: Record<string, string | undefined>;
  requestContext: RequestContext;
}

/** Throws for events of another kind: of a queue, a schedule, a test in the console. */
export function checkEvent(event: unknown): HttpEvent {
  const { version, httpMethod, path, rawPath, requestContext } = (event ?? {}) as HttpEvent;
  const isFormat2 =
    version === "2.0" &&
    typeof rawPath === "string" &&
    typeof requestContext?.http?.method === "string";
  const isFormat1 = typeof httpMethod === "string" && typeof path === "string";
  if ((isFormat2 || isFormat1) && typeof requestContext === "object") return event as HttpEvent;
  throw new Error(
    "The event is not one of an HTTP API, a function URL, a REST API or a load balancer: " +
      String(JSON.stringify(event)).slice(0, 200),
  );
}

/** An HTTP API gives up after 30 s, a REST API after 29. Milliseconds. */
const GATEWAY_MS = 29_000;

/** How long whoever sent the event waits for an answer, whatever time the function has. */
export function patienceOf({ requestContext: { domainName = "" } }: HttpEvent): number {
  return domainName.includes(".lambda-url.") ? Infinity : GATEWAY_MS;
}

/** What was asked, for the log. */
export function askedOf({ requestContext, httpMethod, rawPath, path }: HttpEvent) {
  return { method: requestContext.http?.method ?? httpMethod ?? "", path: rawPath ?? path ?? "" };
}

/**
 * serverless-http's `request` hook. An HTTP API hands over the path decoded: what cannot stand in a URL
 * is encoded again. The scheme is what the front door says; nobody else can set that field there.
 */
export function mendRequest(request: IncomingMessage, { requestContext }: HttpEvent): void {
  const [path = "/", ...query] = (request.url ?? "/").split("?");
  request.url = [encodePath(path), ...query].join("?");
  request.headers.host ??= requestContext.domainName ?? "localhost";
  const isSecure = request.headers["x-forwarded-proto"] !== "http";
  Object.assign(request.socket, { encrypted: isSecure });
}

function encodePath(path: string): string {
  return path
    .toWellFormed()
    .replace(/%(?![0-9a-f]{2})/gi, "%25")
    .replace(/[^\x21-\x7e]+|[?#"<>\\^`{|}]/g, encodeURIComponent);
}
