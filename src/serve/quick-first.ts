/**
 * The app of `dsl serve`: what is quick is answered here, at the speed of one process; everything else
 * by processes of its own, where it holds up nobody and can be ended. What is quick is seen by trying:
 * a statement that takes longer is stopped, and the request handed on.
 */
import { timesCutShort } from "../../runtime/core/sqlite/cut-short.ts";
import { RecentMap } from "../../runtime/core/sqlite/recent-map.ts";
import { type Answer, isWhole } from "../../runtime/site/http/answer.ts";
import { InFlight } from "../../runtime/site/in-flight.ts";
import type { App } from "../../runtime/site/pipeline/app.ts";
import type { SiteRequest } from "../../runtime/site/request.ts";
import { openSite, type SiteToOpen } from "./open-site.ts";
import { SiteProcesses } from "./site-processes.ts";
import type { OpenSite } from "./web-server.ts";

/** Milliseconds that a statement may take here. */
const QUICK_MS = 15;
/** Paths that were not quick when they were tried are not tried again for so long. */
const SLOW_FOR_MS = 60_000;
const SLOW_PATHS_KEPT = 1000;

/** Visitors' own SQL, and what is sent bit by bit. */
const PATHS_NEVER_HERE = /\/-\/query\b|\.(?:csv|db|xlsx|parquet)$/;
const ARGUMENTS_NEVER_HERE = ["sql", "_where", "_stream"];

/** Starts so many processes. */
export function openQuickFirst(site: SiteToOpen, count: number, entry?: string): OpenSite {
  const processes = new SiteProcesses(site, count, entry);
  // Without the guard nothing can be stopped.
  const here = site.guardFile === null ? null : openSite(site, { longestMs: QUICK_MS });
  const app = here === null ? processes.answer.bind(processes) : quickFirst(here.app, processes);
  const close = () => {
    here?.close();
    processes.close();
  };
  return { app, inFlight: new InFlight(), close };
}

export function isNeverHere(path: string, query: string): boolean {
  if (PATHS_NEVER_HERE.test(path)) return true;
  if (query === "") return false;
  const args = new URLSearchParams(query);
  return ARGUMENTS_NEVER_HERE.some((name) => args.has(name));
}

function quickFirst(here: App, processes: SiteProcesses): App {
  const slow = new RecentMap<number>(SLOW_PATHS_KEPT);
  let isTurnTaken = false;
  return async (request: SiteRequest): Promise<Answer> => {
    const { url } = request;
    const [path, query = ""] = url.split(/\?(.*)/s) as [string, string?];
    // One a turn of the event loop: others that came meanwhile need not wait for it.
    const isSlow = performance.now() - (slow.get(path) ?? -SLOW_FOR_MS) < SLOW_FOR_MS;
    const isFull = isTurnTaken && processes.hasFree;
    if (isFull || isNeverHere(path, query) || isSlow) return processes.answer(request);
    isTurnTaken = true;
    setImmediate(() => {
      isTurnTaken = false;
    });
    const before = timesCutShort();
    const answer = await here(request);
    // What was stopped may be missing in the answer; another request's makes it only seem so.
    if (isWhole(answer.body) && timesCutShort() === before) return answer;
    slow.set(path, performance.now());
    return processes.answer(request);
  };
}
