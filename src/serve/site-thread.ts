/**
 * One worker of `dsl serve`: the whole app in a thread, which a slow query holds up alone. Bodies that
 * are sent bit by bit go through a port, a part for each time the other side asks.
 */
import { MessageChannel, type MessagePort, workerData } from "node:worker_threads";
import { move, transferableSymbol, valueSymbol } from "piscina";
import { type BodyParts, isWhole } from "../../runtime/site/http/answer.ts";
import { IncomingHeaders } from "../../runtime/site/pipeline/node-listener.ts";
import { openSite, type SiteToOpen } from "./open-site.ts";
import type { Part, ThreadAnswer, ThreadRequest } from "./site-pool.ts";

const { app, inFlight } = openSite(workerData as SiteToOpen);

export default async function answer(request: ThreadRequest): Promise<unknown> {
  const end = inFlight.begin();
  let isStreaming = false;
  try {
    const { fields, ...others } = request;
    const { status, headers, body } = await app({
      ...others,
      headers: new IncomingHeaders(fields),
    });
    if (isWhole(body)) return { status, headers, body } satisfies ThreadAnswer;
    const { port1, port2 } = new MessageChannel();
    isStreaming = true;
    sendParts(body, port1, end);
    const value: ThreadAnswer = { status, headers, parts: port2 };
    return move({ [transferableSymbol]: [port2], [valueSymbol]: value } as never);
  } finally {
    if (!isStreaming) end();
  }
}

function sendParts(body: BodyParts, port: MessagePort, end: () => void): void {
  const parts = (async function* () {
    yield* body;
  })();
  port.on("message", async () => {
    let message: Part;
    try {
      const { done, value } = await parts.next();
      message = done ? { done: true } : { part: value };
    } catch (error) {
      message = { error: String(error) };
    }
    port.postMessage(message);
  });
  // Whether all was sent or the visitor went away.
  port.once("close", () => {
    void parts.return(undefined);
    end();
  });
}
