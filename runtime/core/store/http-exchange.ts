/**
 * One HTTP request and its whole answer over kept-alive connections. On node:http rather than
 * `fetch`: half the CPU per block (measured on 400 kB answers), and connections that can be thrown
 * away when the environment was frozen.
 */
import http from "node:http";
import https from "node:https";
import type { Socket } from "node:net";
import { giveBack } from "../give-back.ts";

export interface HttpAnswer {
  status: number;
  headers: http.IncomingHttpHeaders;
  body: Buffer;
}

export interface HttpRequest {
  method: string;
  url: URL;
  headers: Record<string, string>;
  body?: Uint8Array | undefined;
  signal: AbortSignal;
}

/** Parallel connections to S3. 16 of them fill a Lambda environment's 625 Mbit/s. */
export const MAX_CONNECTIONS = 16;

/** Nothing received for so long: the connection is taken for dead. S3 answers in some 0.1 s. */
const SILENCE_MS = 5_000;

/**
 * Connections idle for so long are not used again. A frozen environment's connections are closed by
 * the other side (S3 does so after some seconds) without anyone here noticing.
 */
const IDLE_MS = 3_000;

export class HttpExchange {
  readonly #agents = new Map<string, http.Agent>();
  #lastUsed = 0;

  /** Throws on network errors, on silence, and when the body ends before its content-length. */
  async send(request: HttpRequest): Promise<HttpAnswer> {
    const agent = this.#agent(request.url.protocol);
    if (Date.now() - this.#lastUsed > IDLE_MS) closeIdle(agent);
    this.#lastUsed = Date.now();
    try {
      return await exchange(request, agent);
    } catch (error) {
      // One connection was dead, so the idle ones from the same time may be, too.
      closeIdle(agent);
      throw error;
    } finally {
      this.#lastUsed = Date.now();
    }
  }

  /** Made when it is needed: TLS is not loaded where nothing uses it. */
  #agent(protocol: string): http.Agent {
    const known = this.#agents.get(protocol);
    if (known !== undefined) return known;
    const { Agent } = protocol === "http:" ? http : https;
    const agent = new Agent({ keepAlive: true, maxSockets: MAX_CONNECTIONS });
    this.#agents.set(protocol, agent);
    return agent;
  }
}

function closeIdle(agent: http.Agent): void {
  for (const sockets of Object.values(agent.freeSockets)) {
    for (const socket of sockets ?? []) socket.destroy();
  }
}

function exchange(request: HttpRequest, agent: http.Agent): Promise<HttpAnswer> {
  const { method, url, headers, body, signal } = request;
  const send = url.protocol === "http:" ? http.request : https.request;
  return new Promise((resolve, reject) => {
    const outgoing = send(url, { method, headers, agent, signal, timeout: SILENCE_MS });
    outgoing.on("timeout", () => outgoing.destroy(new Error(`no answer for ${SILENCE_MS} ms`)));
    outgoing.on("error", reject);
    outgoing.on("socket", giveBackWhatIsRead);
    outgoing.on("response", (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      // Node reports a body shorter than its content-length as an "aborted" error here.
      response.on("error", reject);
      response.on("end", () => {
        const { statusCode = 0, headers } = response;
        const body = Buffer.concat(chunks);
        for (const chunk of chunks) giveBack(chunk);
        resolve({ status: statusCode, headers, body });
      });
    });
    outgoing.end(body);
  });
}

/**
 * What was read from the socket is garbage as soon as the parser has made its copies. The listener has to
 * come after the parser's, which Node attaches anew for each request.
 */
function giveBackWhatIsRead(socket: Socket): void {
  socket.off("data", giveBack).on("data", giveBack);
}
