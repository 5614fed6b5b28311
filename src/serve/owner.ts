import type { IncomingMessage } from "node:http";
import { isLoopback } from "./allowed-hosts.ts";

const LOCAL_ADDRESS = /^(?:::ffff:)?127\.|^::1$/;

/**
 * Whether a request comes from this machine: from its address, to one of its own names, and not through a
 * proxy that would make everybody look like that.
 */
export function isFromThisMachine({ headers, socket }: IncomingMessage): boolean {
  const isProxied = ["x-forwarded-for", "forwarded", "via"].some((name) => name in headers);
  const name = (headers.host ?? "").toLowerCase().replace(/:\d*$/, "");
  return !isProxied && LOCAL_ADDRESS.test(socket.remoteAddress ?? "") && isLoopback(name);
}
