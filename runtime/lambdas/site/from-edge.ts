/**
 * Requests that come through CloudFront: an HTTP API knows only its own name and CloudFront's address, so those of
 * the visitor come in fields of their own, and count only beside the secret.
 */
import { FORBIDDEN, ORIGIN_KEY, originDoor, whoComes } from "../../core/access/origin-door.ts";
import type { HttpEvent } from "./http-event.ts";

/** What CloudFront's function writes: templates/edge.yaml. */
const HOST = "x-dsl-host";
const ADDRESS = "x-dsl-address";

export interface LetIn {
  /** As the site is to see it. */
  event: HttpEvent;
  /** CloudFront may keep the answer for so long; 0 for what did not come through it. */
  sharedSeconds: number;
}

/** The event of who may come, or the answer for who may not. */
export function letIn(
  event: HttpEvent,
  environment: Readonly<Record<string, string | undefined>>,
): LetIn | typeof FORBIDDEN {
  const headers = inLowerCase(event.headers);
  const who = whoComes(originDoor(environment), headers[ORIGIN_KEY]);
  if (who === null) return FORBIDDEN;
  const { [ORIGIN_KEY]: _key, [HOST]: host, [ADDRESS]: address, ...others } = headers;
  if (who === "anybody") return { event: { ...event, headers: others }, sharedSeconds: 0 };
  const { requestContext } = event;
  const sender = address && { sourceIp: address };
  return {
    event: {
      ...event,
      headers: { ...others, ...(host && { host }) },
      requestContext: {
        ...requestContext,
        ...(requestContext.http && { http: { ...requestContext.http, ...sender } }),
      },
    },
    sharedSeconds: Number(environment.DSL_EDGE_SECONDS) || 0,
  };
}

/** HTTP APIs write them so; REST APIs and load balancers need not. */
function inLowerCase(
  headers: Readonly<Record<string, string | undefined>> = {},
): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
}
