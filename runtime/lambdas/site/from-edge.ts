/**
 * Requests that come through CloudFront: an HTTP API knows only its own name and CloudFront's address, so those of
 * the visitor come in fields of their own, and count only beside the secret.
 */
import { ORIGIN_KEY, type OriginDoor, whoComes } from "../../core/access/origin-door.ts";
import type { HttpEvent } from "./http-event.ts";

/** What CloudFront's function writes: templates/edge.yaml. */
const HOST = "x-dsl-host";
const ADDRESS = "x-dsl-address";

export interface LetIn {
  event: HttpEvent;
  isFromEdge: boolean;
}

/** The event as the site is to see it; null for somebody who is not answered. */
export function letIn(event: HttpEvent, door: OriginDoor): LetIn | null {
  const headers = inLowerCase(event.headers);
  const who = whoComes(door, headers[ORIGIN_KEY]);
  if (who === null) return null;
  const { [ORIGIN_KEY]: _key, [HOST]: host, [ADDRESS]: address, ...others } = headers;
  if (who === "anybody") return { event: { ...event, headers: others }, isFromEdge: false };
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
    isFromEdge: true,
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
