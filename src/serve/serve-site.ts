/** `dsl serve` after its options: puts the app behind a server, or asks it for one page. */
import type { HttpBindings } from "@hono/node-server";
import { DslError } from "../../runtime/core/dsl-error.ts";
import { InFlight } from "../../runtime/site/in-flight.ts";
import { createApp } from "../../runtime/site/pipeline/app.ts";
import { FilesSource } from "../../runtime/site/sources/files.ts";
import { MAX_ATTACHED } from "../../runtime/site/sources/memory-database.ts";
import { writeRaw } from "../terminal/raw-output.ts";
import type { Reporter } from "../terminal/reporter.ts";
import { gatherContent, type ServedContent, type ServeOptions } from "./gather-content.ts";
import { guardForMachine } from "./guard-for-machine.ts";
import { openBrowser } from "./open-browser.ts";
import { type Fetch, startServer } from "./web-server.ts";

export interface ServerOptions {
  host: string;
  port: number;
  open: boolean;
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
  const content = await gatherContent(options);
  for (const warning of content.warnings) reporter.warn(warning);
  if (options.flags.crossdb && content.files.length > MAX_ATTACHED) {
    reporter.warn(`Queries across databases see only the first ${MAX_ATTACHED} of them`);
  }
  const fetch = createFetch(content, options.nolock, "file" in guard ? guard.file : null);
  if (server.get !== null) await printPage(fetch, server.get);
  else await runServer(fetch, content, server, reporter);
}

function createFetch(content: ServedContent, nolock: boolean, guardFile: string | null): Fetch {
  const { files, memory, mounts } = content;
  const { config } = content.site;
  const inFlight = new InFlight();
  const source = new FilesSource({ files, config, memory, nolock, guardFile, inFlight });
  const app = createApp(source, mounts);
  return (request, env) => {
    // Answers may be streams: a request has ended when its connection has taken everything.
    env.outgoing?.once("close", inFlight.begin());
    return app.fetch(request, env);
  };
}

async function printPage(fetch: Fetch, path: string): Promise<void> {
  const url = new URL(path, "http://localhost");
  const response = await fetch(new Request(url), {} as HttpBindings);
  await writeRaw(new Uint8Array(await response.arrayBuffer()));
  if (response.status >= 400) {
    throw new DslError(
      "get_failed",
      `GET ${path} was answered with status ${response.status}`,
      "dsl serve without --get, and look around in a browser",
    );
  }
}

async function runServer(
  fetch: Fetch,
  { files, site }: ServedContent,
  { host, port, open }: ServerOptions,
  reporter: Reporter,
): Promise<void> {
  const stop = stopSignal();
  const running = await startServer(fetch, host, port);
  const { base_url: baseUrl } = site.config.settings;
  const url = new URL(baseUrl, running.url).href;
  const databases = files.length === 1 ? "1 database" : `${files.length} databases`;
  reporter.result([`Serving ${databases} at ${url} until Ctrl-C`], {
    url,
    databases: files.map(({ name, path }) => ({ name, path })),
  });
  if (open && !(await openBrowser(url))) reporter.warn(`No browser could be started for ${url}`);
  await stop;
  await running.close();
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
