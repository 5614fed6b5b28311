/** What a fault rule does to one request: the half before it is handled and the half after. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import type { FaultRule, Faults } from "./common/faults.ts";
import { AwsFault, type LocalResponse } from "./common/service.ts";
import type { Protocol } from "./common/wire-errors.ts";

/** The connection is gone on purpose; there is nobody to answer. */
export class ConnectionDropped extends Error {}

/** Throttling as each protocol's services spell it. */
const THROTTLES: Record<Protocol, { code: string; status: number; message: string }> = {
  "rest-xml": { code: "SlowDown", status: 503, message: "Please reduce your request rate." },
  query: { code: "Throttling", status: 400, message: "Rate exceeded" },
  "rest-json": { code: "TooManyRequestsException", status: 429, message: "Rate Exceeded." },
  json: { code: "ThrottlingException", status: 400, message: "Rate exceeded" },
};

/** Throws AwsFault or ConnectionDropped where the request must not reach its service. */
export async function applyBeforeHandling(
  fault: FaultRule | undefined,
  faults: Faults,
  protocol: Protocol,
  incoming: IncomingMessage,
): Promise<void> {
  switch (fault?.kind) {
    case "error":
      throw new AwsFault(fault.code, fault.message, fault.status);
    case "throttle": {
      const { code, message, status } = THROTTLES[protocol];
      throw new AwsFault(code, message, status);
    }
    case "slow":
      await faults.wait(fault);
      return;
    case "reset":
      incoming.socket.resetAndDestroy();
      throw new ConnectionDropped("reset by a fault rule");
    case "kill": {
      // Reading only a part of the body detaches the socket from the request.
      const { socket } = incoming;
      await readHalf(incoming);
      socket.destroy();
      throw new ConnectionDropped("killed by a fault rule");
    }
  }
}

/** Delays, cuts or withholds an answer that the service has given. Throws ConnectionDropped when it was cut or withheld. */
export async function applyToAnswer(
  fault: FaultRule | undefined,
  faults: Faults,
  response: LocalResponse,
  outgoing: ServerResponse,
): Promise<void> {
  if (fault?.kind === "late") await faults.wait(fault);
  if (fault?.kind !== "lost" && fault?.kind !== "truncate") return;
  const { body, headers, status } = response;
  const bytes = body instanceof Readable ? await buffer(body) : Buffer.from(body);
  // Of an answer without a body, no half would be missed.
  if (fault.kind === "lost" || bytes.length < 2) {
    outgoing.destroy();
    throw new ConnectionDropped("answer lost by a fault rule");
  }
  outgoing.writeHead(status, { ...headers, "content-length": bytes.length });
  await new Promise<void>((resolve) => {
    outgoing.write(bytes.subarray(0, bytes.length >> 1), () => resolve());
  });
  outgoing.destroy();
  throw new ConnectionDropped("answer truncated by a fault rule");
}

/** Nothing is left to read of a body that has arrived already. */
async function readHalf(incoming: IncomingMessage): Promise<void> {
  const half = Number(incoming.headers["content-length"] ?? 0) / 2;
  if (incoming.readableEnded || half === 0) return;
  let seen = 0;
  for await (const chunk of incoming) {
    seen += (chunk as Buffer).length;
    if (seen >= half) return;
  }
}
