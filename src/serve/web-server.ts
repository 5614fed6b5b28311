/** The HTTP server of `dsl serve`. */
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createAdaptorServer, type HttpBindings } from "@hono/node-server";
import { DslError } from "../../runtime/core/dsl-error.ts";

export type Fetch = (request: Request, env: HttpBindings) => Response | Promise<Response>;

export interface RunningServer {
  /** Such as `http://127.0.0.1:8001/`. */
  url: string;
  /** Ends requests that are being answered, too. */
  close(): Promise<void>;
}

/** `port` 0 takes any free one. Throws a DslError when the address cannot be used. */
export async function startServer(
  fetch: Fetch,
  host: string,
  port: number,
): Promise<RunningServer> {
  const server = createAdaptorServer({ fetch: fetch as never }) as Server;
  await listen(server, host, port);
  const { port: actual } = server.address() as AddressInfo;
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { url: `http://${host.includes(":") ? `[${host}]` : host}:${actual}/`, close };
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
