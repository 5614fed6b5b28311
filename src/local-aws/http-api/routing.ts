/** Which route of an HTTP API a request takes. */
import { AwsFault } from "../common/service.ts";

export interface RouteKey {
  method: string;
  /** Segments of the path; `{name}` is one, `{name+}` all that remain. */
  segments: string[];
}

const METHODS = ["ANY", "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

/** `"$default"` for the route that takes everything else. Throws BadRequestException. */
export function parseRouteKey(key: string): RouteKey | "$default" {
  if (key === "$default") return key;
  const [method = "", path = "", ...rest] = key.split(" ");
  const segments = path.split("/").slice(1);
  const greedy = segments.findIndex((segment) => /^\{[^}]+\+\}$/.test(segment));
  const valid =
    rest.length === 0 &&
    METHODS.includes(method) &&
    path.startsWith("/") &&
    segments.every((segment) => /^(\{[\w.-]+\+?\}|[^{}]*)$/.test(segment)) &&
    (greedy < 0 || greedy === segments.length - 1);
  if (!valid) {
    throw new AwsFault(
      "BadRequestException",
      `The provided route key is not formatted properly: ${key}`,
    );
  }
  return { method, segments };
}

export interface RouteMatch {
  routeKey: string;
  pathParameters: Record<string, string>;
}

/**
 * The most specific route for a method and a decoded path: full paths before greedy ones before
 * `$default`, a method before ANY.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
 */
export function matchRoute(keys: string[], method: string, path: string): RouteMatch | undefined {
  const segments = path.split("/").slice(1);
  const matches = keys.flatMap((routeKey) => {
    const key = parseRouteKey(routeKey);
    if (key === "$default") return [{ routeKey, pathParameters: {}, rank: [3] }];
    const pathParameters = matchPath(key.segments, segments);
    if (pathParameters === undefined || !["ANY", method].includes(key.method)) return [];
    const variables = key.segments.map((segment) => {
      if (segment.endsWith("+}")) return 2;
      return segment.startsWith("{") ? 1 : 0;
    });
    return [{ routeKey, pathParameters, rank: [...variables, key.method === "ANY" ? 1 : 0] }];
  });
  const [best] = matches.sort((one, other) => compare(one.rank, other.rank));
  return best && { routeKey: best.routeKey, pathParameters: best.pathParameters };
}

function matchPath(pattern: string[], segments: string[]): Record<string, string> | undefined {
  const parameters: Record<string, string> = {};
  for (const [at, expected] of pattern.entries()) {
    const name = /^\{(.+?)\+?\}$/.exec(expected)?.[1];
    if (expected.endsWith("+}") && name !== undefined) {
      parameters[name] = segments.slice(at).join("/");
      return segments.length > at ? parameters : undefined;
    }
    const actual = segments[at];
    if (actual === undefined) return undefined;
    if (name !== undefined) parameters[name] = actual;
    else if (actual !== expected) return undefined;
  }
  return pattern.length === segments.length ? parameters : undefined;
}

function compare(one: number[], other: number[]): number {
  for (const [at, value] of one.entries()) {
    const difference = value - (other[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
