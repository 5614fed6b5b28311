/** `dsl serve` after its options: puts the app behind a server, or asks it for one page. */
import type { Actor } from "../../runtime/core/access/actor.ts";
import { DslError } from "../../runtime/core/dsl-error.ts";
import { formatCount } from "../../runtime/core/quantities.ts";
import { isWhole } from "../../runtime/site/http/answer.ts";
import { MAX_ATTACHED } from "../../runtime/site/sources/memory-database.ts";
import { writeRaw } from "../terminal/raw-output.ts";
import type { Reporter } from "../terminal/reporter.ts";
import { isLoopbackAddress } from "./allowed-hosts.ts";
import { gatherContent, type ServedContent, type ServeOptions } from "./gather-content.ts";
import { guardForMachine } from "./guard-for-machine.ts";
import { LocalCollector } from "./local-collector.ts";
import { openBrowser } from "./open-browser.ts";
import { openSite, type SiteToOpen } from "./open-site.ts";
import { openQuickFirst } from "./quick-first.ts";
import { watchSources } from "./reload.ts";
import { type OpenSite, type ServedRequest, startServer } from "./web-server.ts";

export interface ServerOptions {
  host: string;
  port: number;
  /** Names that are answered, beside those of this machine. */
  allowedHosts: readonly string[];
  /** Let others than this machine read `/-/metrics`. */
  publicMetrics: boolean;
  open: boolean;
  /** Processes that answer what takes long; 1: none but this one. */
  workers: number;
  /** Take over other configuration and databases while it runs. */
  reload: boolean;
  /** Say each request that was answered. */
  logRequests: boolean;
  /** The database that takes events; null: none does. */
  collectFile: string | null;
  /** Whom everybody is taken for; null: nobody. */
  actor: Actor | null;
  /** Ask for this path only, print the answer, and end. */
  get: string | null;
}

/** Serves until Ctrl-C. Throws a DslError when something cannot be served. */
export async function serveSite(
  options: ServeOptions,
  server: ServerOptions,
  reporter: Reporter,
): Promise<void> {
  const guard = await guardForMachine();
  if ("missing" in guard) reporter.warn(`${guard.missing}: custom SQL is off`);
  const { collectFile, host } = server;
  // Before the files are looked at: it may not be there yet.
  const collector =
    collectFile === null ? null : new LocalCollector(collectFile, options.flags.cors);
  if (collector !== null && !isLoopbackAddress(host)) {
    reporter.warn(`Whoever reaches ${host} may write events: dsl serve asks for no token`);
  }
  const content = await gatherContent(options, reporter);
  for (const warning of content.warnings) reporter.warn(warning);
  if (options.flags.crossdb && content.files.length > MAX_ATTACHED) {
    reporter.warn(`Queries across databases see only the first ${MAX_ATTACHED} of them`);
  }
  const guardFile = "file" in guard ? guard.file : null;
  const { nolock } = options;
  const { actor } = server;
  const toOpen = ({ files, site, memory, mounts }: ServedContent): SiteToOpen => ({
    ...{ files, site, memory, mounts, nolock, guardFile, actor },
  });
  if (server.get !== null) {
    await printPage(openSite(toOpen(content)), server.get);
    return;
  }
  const open = (served: ServedContent) => openWorkers(toOpen(served), server.workers);
  await runServer(open, content, { options, server, collector }, reporter);
}

async function printPage({ app }: OpenSite, path: string): Promise<void> {
  const { pathname, search } = new URL(path, "http://localhost");
  const url = pathname + search;
  const answer = await app({ method: "GET", url, headers: new Headers(), isSecure: false });
  const body = isWhole(answer.body) ? [answer.body ?? ""] : answer.body;
  for await (const part of body) await writeRaw(Buffer.from(part));
  if (answer.status >= 400) {
    throw new DslError(
      "get_failed",
      `GET ${path} was answered with status ${answer.status}`,
      "dsl serve without --get, and look around in a browser",
    );
  }
}

function openWorkers(toOpen: SiteToOpen, workers: number): OpenSite {
  return workers === 1 ? openSite(toOpen) : openQuickFirst(toOpen, workers);
}

async function runServer(
  openContent: (content: ServedContent) => OpenSite,
  content: ServedContent,
  run: { options: ServeOptions; server: ServerOptions; collector: LocalCollector | null },
  reporter: Reporter,
): Promise<void> {
  const { options, server, collector } = run;
  const { files, site } = content;
  const { host, port, allowedHosts, publicMetrics, open, logRequests, reload } = server;
  const stop = stopSignal();
  let opened = openContent(content);
  const log = logRequests
    ? (request: ServedRequest) => reporter.info(requestLine(request))
    : () => {};
  const address = { host, port, allowedHosts, publicMetrics };
  const running = await startServer(() => opened, address, log, collector);
  const { base_url: baseUrl } = site.config.settings;
  const url = new URL(baseUrl, running.url).href;
  const databases = files.length === 1 ? "1 database" : `${files.length} databases`;
  reporter.result([`Serving ${databases} at ${url} until Ctrl-C`], {
    url,
    databases: files.map(({ name, path }) => ({ name, path })),
  });
  if (open && !(await openBrowser(url))) reporter.warn(`No browser could be started for ${url}`);
  const endWatch = reload
    ? await watchSources(options, async () => {
        const next = await reopened(options, openContent, reporter);
        if (next === null) return;
        const old = opened;
        opened = next;
        old.inFlight.whenTheseEnd(() => old.close());
      })
    : () => {};
  await stop;
  endWatch();
  await running.close();
  opened.close();
  collector?.close();
}

/** null, with the reason said, where what is there now cannot be served. */
async function reopened(
  options: ServeOptions,
  openContent: (content: ServedContent) => OpenSite,
  reporter: Reporter,
): Promise<OpenSite | null> {
  try {
    const content = await gatherContent(options, reporter);
    for (const warning of content.warnings) reporter.warn(warning);
    const site = openContent(content);
    reporter.info(`Reloaded: ${formatCount(content.files.length, "database")}`);
    return site;
  } catch (error) {
    if (!(error instanceof DslError)) throw error;
    reporter.warn(`${error.message}, so the site stays as it was. Try: ${error.hint}`);
    return null;
  }
}

/** GET /shop/items?_size=5 200 in 12 ms */
function requestLine({ method, path, status, milliseconds }: ServedRequest): string {
  return `${method} ${path} ${status} in ${Math.round(milliseconds)} ms`;
}

/** Ctrl-C is the usual way to end a server, and no failure: it replaces what cli.ts does on signals. */
function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"]) {
      process.removeAllListeners(signal);
      process.once(signal, () => resolve());
    }
  });
}
