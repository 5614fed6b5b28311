/** The HTTP server of `dsl serve`. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { DslError } from "../../runtime/core/dsl-error.ts";
import { logError } from "../../runtime/core/log.ts";
import type { Answer } from "../../runtime/site/http/answer.ts";
import type { InFlight } from "../../runtime/site/in-flight.ts";
import type { App } from "../../runtime/site/pipeline/app.ts";
import { sendAnswer, siteRequest } from "../../runtime/site/pipeline/node-listener.ts";
import { hostCheck, refuseHost } from "./allowed-hosts.ts";
import type { LocalCollector } from "./local-collector.ts";
import { ServeMetrics } from "./metrics.ts";
import { isFromThisMachine } from "./owner.ts";

export interface OpenSite {
  app: App;
  inFlight: InFlight;
  /** Closes the databases; no request may be under way. */
  close(): void;
}

export interface RunningServer {
  /** Such as `http://127.0.0.1:8001/`. */
  url: string;
  /** Ends requests that are being answered, too. */
  close(): Promise<void>;
}

export interface Address {
  host: string;
  /** 0 takes any free one. */
  port: number;
  /** Names that are answered, beside those of this machine. */
  allowedHosts: readonly string[];
  /** Let others than this machine read the metrics. */
  publicMetrics: boolean;
}

export interface ServedRequest {
  method: string;
  /** With the query string, as it was asked for. */
  path: string;
  status: number;
  milliseconds: number;
}

/**
 * Answers with the site that `current` gives at that moment, and tells `log` when an answer has been
 * sent. Throws a DslError when the address cannot be used.
 */
export async function startServer(
  current: () => OpenSite,
  { host, port, allowedHosts, publicMetrics }: Address,
  log: (request: ServedRequest) => void,
  collector: LocalCollector | null = null,
): Promise<RunningServer> {
  const isAllowed = hostCheck(host, allowedHosts);
  const metrics = new ServeMetrics();
  const server = createServer((request, response) => {
    const started = performance.now();
    const isOwner = isFromThisMachine(request);
    let timing: string | null = null;
    response.once("close", () => {
      const { method = "", url: path = "" } = request;
      const milliseconds = performance.now() - started;
      metrics.note(response.statusCode, milliseconds, timing);
      log({ method, path, status: response.statusCode, milliseconds });
    });
    if (!isAllowed(request.headers.host)) refuseHost(request, response);
    else if (collector?.takes(request)) void collector.answer(request, response);
    else if (isMetrics(request) && (isOwner || publicMetrics)) sendMetrics(metrics, response);
    else {
      void answerRequest(current(), request, response, (answer) => {
        timing = answer.headers[TIMING] ?? null;
        return isOwner ? answer : withoutTiming(answer);
      });
    }
  });
  await listen(server, host, port);
  const { port: actual } = server.address() as AddressInfo;
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { url: `http://${host.includes(":") ? `[${host}]` : host}:${actual}/`, close };
}

async function answerRequest(
  { app, inFlight }: OpenSite,
  request: IncomingMessage,
  response: ServerResponse,
  toSend: (answer: Answer) => Answer,
): Promise<void> {
  // Answers may be streams: a request has ended when its connection has taken everything.
  response.once("close", inFlight.begin());
  try {
    await sendAnswer(toSend(await app(siteRequest(request))), response);
  } catch (error) {
    // Whoever goes away before the end is no failure of ours.
    if ((error as NodeJS.ErrnoException).code === "ERR_STREAM_PREMATURE_CLOSE") return;
    logError("the request could not be answered", error);
    if (response.headersSent) response.destroy();
    else response.writeHead(500, { "content-type": "text/plain" }).end("Internal server error");
  }
}

const TIMING = "server-timing";

/** How long something takes may say what is private: runtime/site/pipeline/server-timing.ts. */
function withoutTiming(answer: Answer): Answer {
  const { [TIMING]: _, ...headers } = answer.headers;
  return { ...answer, headers };
}

function isMetrics({ method, url }: IncomingMessage): boolean {
  return method === "GET" && url === "/-/metrics";
}

function sendMetrics(metrics: ServeMetrics, response: ServerResponse): void {
  const type = "text/plain; version=0.0.4; charset=utf-8";
  response.writeHead(200, { "content-type": type, "cache-control": "no-store" });
  response.end(metrics.text());
}

async function listen(server: Server, host: string, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error) => reject(explain(error, host, port)));
    server.listen(port, host, resolve);
  });
}

function explain(error: NodeJS.ErrnoException, host: string, port: number): Error {
  if (error.code === "EADDRINUSE") {
    return new DslError(
      "port_in_use",
      `Port ${port} on ${host} is used by another program`,
      `--port ${port + 1}, or --port 0 for any free one`,
      { cause: error },
    );
  }
  if (error.code === "EACCES") {
    return new DslError(
      "port_not_allowed",
      `Port ${port} may not be used without special permission`,
      "--port 8001, or another port above 1023",
      { cause: error },
    );
  }
  if (error.code === "EADDRNOTAVAIL" || error.code === "ENOTFOUND") {
    return new DslError(
      "bad_host",
      `${host} is not an address of this machine`,
      "--host 127.0.0.1 for this machine only, or --host 0.0.0.0 for all that can reach it",
      { cause: error },
    );
  }
  return error;
}
