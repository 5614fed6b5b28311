/**
 * CORS as an HTTP API does it when it is configured: it answers preflight requests itself, and its
 * header fields take the place of the integration's.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html
 */
import type { ApiResponse } from "./response.ts";

export interface Cors {
  allowOrigins: string[];
  allowMethods: string[];
  allowHeaders: string[];
  exposeHeaders: string[];
  allowCredentials: boolean;
  /** Seconds; null: not said. */
  maxAge: number | null;
}

export interface CorsRequest {
  method: string;
  origin: string | undefined;
  requestedMethod: string | undefined;
}

/** The answer to a preflight request; null for any other request. */
export function preflight(cors: Cors, request: CorsRequest): ApiResponse | null {
  if (request.method !== "OPTIONS" || request.requestedMethod === undefined) return null;
  const headers = allowedOrigin(cors, request.origin);
  if (headers.length > 0) {
    headers.push(["access-control-allow-methods", cors.allowMethods.join(",")]);
    if (cors.allowHeaders.length > 0) {
      headers.push(["access-control-allow-headers", cors.allowHeaders.join(",")]);
    }
    if (cors.maxAge !== null) headers.push(["access-control-max-age", String(cors.maxAge)]);
  }
  return { status: 204, headers, body: Buffer.alloc(0) };
}

/** An integration's answer with the API's header fields. */
export function withCors(cors: Cors, request: CorsRequest, answer: ApiResponse): ApiResponse {
  const own = answer.headers.filter(([name]) => !/^access-control-/i.test(name));
  const headers = allowedOrigin(cors, request.origin);
  if (headers.length > 0 && cors.exposeHeaders.length > 0) {
    headers.push(["access-control-expose-headers", cors.exposeHeaders.join(",")]);
  }
  return { ...answer, headers: [...own, ...headers] };
}

function allowedOrigin(cors: Cors, origin: string | undefined): [string, string][] {
  if (origin === undefined) return [];
  const headers: [string, string][] = [];
  if (cors.allowOrigins.includes("*")) headers.push(["access-control-allow-origin", "*"]);
  else if (cors.allowOrigins.includes(origin)) {
    headers.push(["access-control-allow-origin", origin], ["vary", "Origin"]);
  } else return [];
  if (cors.allowCredentials) headers.push(["access-control-allow-credentials", "true"]);
  return headers;
}
