/**
 * The app of `dsl serve` on several threads: a request goes to one that is free, so that one slow query
 * does not hold up everybody. One that does not come back in time is given up and replaced.
 */
import { once } from "node:events";
import type { IncomingHttpHeaders } from "node:http";
import { resolve } from "node:path";
import type { MessagePort } from "node:worker_threads";
import { Piscina } from "piscina";
import { log } from "../../runtime/core/log.ts";
import type { Answer } from "../../runtime/site/http/answer.ts";
import { InFlight } from "../../runtime/site/in-flight.ts";
import { IncomingHeaders } from "../../runtime/site/pipeline/node-listener.ts";
import type { SiteRequest } from "../../runtime/site/request.ts";
import { siteThreadEntry } from "../paths.ts";
import type { SiteToOpen } from "./open-site.ts";
import type { OpenSite } from "./web-server.ts";

export interface ThreadRequest extends Omit<SiteRequest, "headers"> {
  fields: IncomingHttpHeaders;
}

export type ThreadAnswer = Pick<Answer, "status" | "headers"> &
  ({ body: string | Uint8Array | null } | { parts: MessagePort });

/** What comes through the port of an answer that is sent bit by bit. */
export type Part = { part: string | Uint8Array } | { done: true } | { error: string };

/** A request is several statements; each has its own limit, and none should need all of it. */
const STATEMENTS = 5;

/** Starts so many threads. They end with `close`, at once when one of them is stuck. */
export function openPool(
  site: SiteToOpen,
  threads: number,
  threadFile = siteThreadEntry,
): OpenSite {
  const { sql_time_limit_ms: limitMs } = site.site.config.settings;
  const patienceMs = 2 * limitMs * STATEMENTS;
  const pool = new Piscina({
    filename: resolve(threadFile),
    workerData: site,
    minThreads: threads,
    maxThreads: threads,
    // Threads have more to do than to wait for requests: parts of answers, for example.
    atomics: "disabled",
    recordTiming: false,
  });
  const app = async (request: SiteRequest): Promise<Answer> => {
    const patience = new AbortController();
    const timer = setTimeout(() => patience.abort(), patienceMs);
    try {
      const answer = await pool.run(threadRequest(request), { signal: patience.signal });
      return asAnswer(answer as ThreadAnswer);
    } catch (error) {
      if (!patience.signal.aborted) throw error;
      log("error", "a request did not end; its thread was replaced", { url: request.url });
      return gaveUp(patienceMs);
    } finally {
      clearTimeout(timer);
    }
  };
  return { app, inFlight: new InFlight(), close: () => void pool.destroy().catch(() => {}) };
}

function threadRequest({ method, url, headers, isSecure }: SiteRequest): ThreadRequest {
  const fields = headers instanceof IncomingHeaders ? headers.fields : {};
  return { method, url, fields, isSecure };
}

function asAnswer(answer: ThreadAnswer): Answer {
  if ("body" in answer) return answer;
  const { status, headers, parts } = answer;
  return { status, headers, body: partsFrom(parts) };
}

async function* partsFrom(port: MessagePort): AsyncGenerator<Uint8Array> {
  try {
    for (;;) {
      const received = once(port, "message");
      const lost = once(port, "close").then((): [Part] => [{ error: "The thread was replaced" }]);
      port.postMessage("next");
      const [message] = (await Promise.race([received, lost])) as [Part];
      if ("done" in message) return;
      if ("error" in message) throw new Error(message.error);
      yield Buffer.from(message.part as string);
    }
  } finally {
    port.close();
  }
}

function gaveUp(patienceMs: number): Answer {
  return {
    status: 503,
    headers: { "content-type": "text/plain; charset=utf-8", "cache-control": "no-store" },
    body: `This took longer than ${patienceMs / 1000} seconds and could not be stopped otherwise.\n`,
  };
}
