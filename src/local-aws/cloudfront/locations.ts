/** Serves the distributions: one loopback port each. */
import {
  createServer,
  type IncomingMessage,
  request,
  type Server,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import { isLoopbackHost } from "../common/web-pages.ts";
import type { Apis } from "../http-api/apis.ts";
import type { EdgeRequest } from "./cache-key.ts";
import type { DistributionConfig, Distributions, EdgePorts, Origin } from "./distributions.ts";
import { Edge, type OriginRequest, type OriginResponse } from "./edge.ts";
import { type EdgeResponse, ownAnswer } from "./edge-response.ts";
import type { EdgeFunctions } from "./functions.ts";
import type { Policies } from "./policies.ts";

/** A port that another program has taken is tried again this often. */
const RETRY_MILLISECONDS = 500;
/** Milliseconds that an origin may take. */
const ORIGIN_PATIENCE = 30_000;
/** Bytes of a body: API Gateway takes no more. */
const LARGEST_BODY = 20 * 1024 * 1024;

export class Locations implements EdgePorts {
  readonly #distributions: Distributions;
  readonly #apis: Apis;
  readonly #parts: { policies: Policies; functions: EdgeFunctions };
  readonly #servers = new Map<string, Server>();

  constructor(
    distributions: Distributions,
    apis: Apis,
    parts: { policies: Policies; functions: EdgeFunctions },
  ) {
    this.#distributions = distributions;
    this.#apis = apis;
    this.#parts = parts;
  }

  async open(id: string): Promise<number> {
    const server = this.#server(id);
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(0, "127.0.0.1", resolve);
    });
    return (server.address() as AddressInfo).port;
  }

  reopen(id: string, port: number): void {
    const server = this.#server(id);
    server.on("error", () => {
      setTimeout(() => {
        if (this.#servers.get(id) === server) server.listen(port, "127.0.0.1");
      }, RETRY_MILLISECONDS).unref();
    });
    server.listen(port, "127.0.0.1");
  }

  async close(id: string): Promise<void> {
    const server = this.#servers.get(id);
    this.#servers.delete(id);
    if (!server?.listening) return;
    await new Promise((resolve) => {
      server.close(resolve);
      server.closeAllConnections();
    });
  }

  async closeAll(): Promise<void> {
    await Promise.all([...this.#servers.keys()].map((id) => this.close(id)));
  }

  /** A change is not everywhere at once: two locations, one with the old configuration, take turns. */
  #server(id: string): Server {
    const now = () => performance.timeOrigin + performance.now();
    const askOrigin = (origin: Origin, asked: OriginRequest) => this.#askOrigin(origin, asked);
    const edge = new Edge({ ...this.#parts, askOrigin, now });
    let turn = 0;
    const server = createServer((incoming, outgoing) => {
      const distribution = this.#distributions.find(id);
      turn++;
      const config =
        distribution === undefined
          ? undefined
          : ((turn % 2 === 0 ? distribution.before : null) ?? distribution.config);
      void serve(edge, config, incoming, outgoing);
    });
    this.#servers.set(id, server);
    return server;
  }

  /** Origins are HTTP APIs of this machine, by the names that AWS gives them. */
  async #askOrigin(
    { domainName }: Origin,
    { method, url, headers, body }: OriginRequest,
  ): Promise<OriginResponse> {
    const [, apiId = ""] =
      /^([a-z0-9]+)\.execute-api\.[\w-]+\.amazonaws\.com$/.exec(domainName) ?? [];
    const api = this.#apis.find(apiId);
    if (api === undefined) throw new Error(`no origin ${domainName}`);
    return new Promise((resolve, reject) => {
      const asked = request({
        host: "127.0.0.1",
        port: api.port,
        method,
        path: url,
        headers: { ...Object.fromEntries(headers), host: `127.0.0.1:${api.port}` },
        timeout: ORIGIN_PATIENCE,
      });
      asked.on("timeout", () => asked.destroy(new Error("the origin takes too long")));
      asked.on("error", reject);
      asked.on("response", (incoming) => {
        readAll(incoming).then((whole) => {
          const { "set-cookie": cookies = [], ...fields } = incoming.headers;
          const named = Object.entries(fields).map(
            ([name, value]) => [name, String(value)] as const,
          );
          resolve({
            status: incoming.statusCode ?? 502,
            headers: new Map(named),
            cookies,
            body: whole ?? Buffer.alloc(0),
          });
        }, reject);
      });
      asked.end(body);
    });
  }
}

async function serve(
  edge: Edge,
  config: DistributionConfig | undefined,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const isHead = incoming.method === "HEAD";
  try {
    const { host = "" } = incoming.headers;
    const isNamed = isLoopbackHost(host) || config?.aliases.includes(host.replace(/:\d+$/, ""));
    if (config === undefined || !isNamed) {
      return write(outgoing, ownAnswer(403, "No distribution has this name."), isHead);
    }
    const body = await readAll(incoming);
    const answer =
      body === null
        ? ownAnswer(413, "The body is too large.")
        : await edge.answer(config, edgeRequest(incoming, body));
    write(outgoing, answer, isHead);
  } catch {
    if (!outgoing.headersSent) write(outgoing, ownAnswer(500, "Something went wrong."), isHead);
    else outgoing.destroy();
  }
}

function edgeRequest({ method, url, headers, socket }: IncomingMessage, body: Buffer): EdgeRequest {
  const fields = Object.entries(headers).map(
    ([name, value]) => [name, Array.isArray(value) ? value.join(", ") : String(value)] as const,
  );
  return {
    method: method ?? "GET",
    url: url ?? "/",
    headers: new Map(fields),
    body,
    address: socket.remoteAddress ?? "127.0.0.1",
  };
}

/** Null when there is more than fits; the rest is read and dropped. */
async function readAll(stream: IncomingMessage): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= LARGEST_BODY) chunks.push(chunk);
  }
  return size <= LARGEST_BODY ? Buffer.concat(chunks) : null;
}

function write(outgoing: ServerResponse, { status, headers, body }: EdgeResponse, isHead: boolean) {
  outgoing.statusCode = status;
  for (const [name, value] of headers) outgoing.appendHeader(name, value);
  if (status !== 304) outgoing.setHeader("content-length", body.length);
  outgoing.end(isHead || status === 304 ? undefined : body);
}
