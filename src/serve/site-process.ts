/**
 * One process of `dsl serve`: the whole app, for requests that may take long. It can be ended at any
 * moment, and ends itself when a statement does not stop at twice its time.
 */
import { type BodyParts, isWhole } from "../../runtime/site/http/answer.ts";
import { IncomingHeaders } from "../../runtime/site/pipeline/node-listener.ts";
import { openSite, type SiteToOpen } from "./open-site.ts";
import type { FromProcess, PlainRequest, ToProcess } from "./site-messages.ts";
import type { OpenSite } from "./web-server.ts";

/** A machine that is very busy may take this long to stop a statement. Milliseconds. */
const LEAST_GRACE_MS = 1000;

type Parts = AsyncGenerator<string | Uint8Array>;

let site: OpenSite | undefined;
const bodies = new Map<number, { parts: Parts; end: () => void }>();

process.on("message", (message: ToProcess) => {
  if ("open" in message) open(message.open);
  else if ("request" in message) void answer(message.id, message.request);
  else if ("next" in message) void sendPart(message.id);
  else void endBody(message.id);
});
process.once("disconnect", () => process.exit());
// Ctrl-C reaches all processes of a terminal; the server says when it is over.
process.on("SIGINT", () => {});

/** A server that has just ended is told nothing: what counts is the end of the connection, which follows. */
function tell(message: FromProcess): void {
  if (process.connected) process.send?.(message, () => {});
}

function open(content: SiteToOpen): void {
  const { sql_time_limit_ms: limit } = content.site.config.settings;
  site = openSite(content, { stuckMs: Math.max(limit, LEAST_GRACE_MS) });
  tell({ ready: true });
}

async function answer(id: number, { fields, ...request }: PlainRequest): Promise<void> {
  const { app, inFlight } = site!;
  const end = inFlight.begin();
  try {
    const step = () => tell({ id, goesOn: true });
    const answer = await app({ ...request, headers: new IncomingHeaders(fields), step });
    const { status, headers, body } = answer;
    if (isWhole(body)) {
      tell({ id, answer: { status, headers }, body });
      end();
    } else {
      bodies.set(id, { parts: partsOf(body), end });
      tell({ id, answer: { status, headers }, body: undefined });
    }
  } catch (error) {
    end();
    tell({ id, error: String(error) });
  }
}

async function* partsOf(body: BodyParts): Parts {
  yield* body;
}

async function sendPart(id: number): Promise<void> {
  const body = bodies.get(id);
  if (body === undefined) return;
  try {
    const { done, value } = await body.parts.next();
    if (done) await endBody(id);
    tell({ id, part: done ? null : value });
  } catch (error) {
    await endBody(id);
    tell({ id, error: String(error) });
  }
}

/** Whether all was sent or the visitor went away. */
async function endBody(id: number): Promise<void> {
  const body = bodies.get(id);
  bodies.delete(id);
  await body?.parts.return(undefined).catch(() => {});
  body?.end();
}
