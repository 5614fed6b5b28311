/** `--metrics`: GET /metrics for Prometheus, GET /status as JSON. Nothing else is answered. */
import { createServer } from "node:http";
import { DslError } from "../../runtime/core/dsl-error.ts";
import { prometheusText, type WatchStatus } from "./status.ts";

export interface MetricsAddress {
  host: string;
  port: number;
}

/**
 * Resolves with what closes it, and its address; `describe` makes what /status answers. Throws a DslError where
 * nothing can listen there.
 */
export async function serveMetrics(
  { host, port }: MetricsAddress,
  statuses: () => readonly WatchStatus[],
  describe: (statuses: readonly WatchStatus[]) => unknown,
): Promise<{ url: string; close(): void }> {
  const answers: Record<string, () => [type: string, body: string]> = {
    "/metrics": () => ["text/plain; version=0.0.4; charset=utf-8", prometheusText(statuses())],
    "/status": () => ["application/json", `${JSON.stringify(describe(statuses()))}\n`],
  };
  const server = createServer((request, response) => {
    const answer = answers[request.url ?? ""];
    if (answer === undefined || request.method !== "GET") {
      response.writeHead(answer === undefined ? 404 : 405, { "content-type": "text/plain" });
      response.end("GET /metrics or /status\n");
      return;
    }
    const [type, body] = answer();
    response.writeHead(200, { "content-type": type, "cache-control": "no-store" });
    response.end(body);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", (cause: NodeJS.ErrnoException) => {
      reject(
        new DslError(
          "cannot_listen",
          `Metrics cannot be served at ${host}:${port}: ${cause.code ?? cause.message}`,
          "another --metrics, such as 127.0.0.1:9090",
          { cause },
        ),
      );
    });
    server.listen(port, host, resolve);
  });
  const address = server.address();
  const bound = typeof address === "object" && address !== null ? address.port : port;
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  const name = host.includes(":") ? `[${host}]` : host;
  return { url: `http://${name}:${bound}/metrics`, close };
}
