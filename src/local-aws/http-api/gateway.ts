/** Serves the HTTP APIs: one loopback port each. */
import { randomBytes, randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { AwsFault } from "../common/service.ts";
import { isLoopbackHost } from "../common/web-pages.ts";
import type { LocalContext } from "../context/context.ts";
import { matches } from "../iam/policy.ts";
import type { Functions, LambdaFunction } from "../lambda/functions.ts";
import type { Invoker } from "../lambda/invoker.ts";
import type { Apis, HttpApi, Integration, Ports } from "./apis.ts";
import { type CorsRequest, preflight, withCors } from "./cors.ts";
import type { DomainNames } from "./domain-names.ts";
import { type ApiRequest, decodedPath, eventFor } from "./event.ts";
import { type ApiResponse, message, responseFor } from "./response.ts";
import { matchRoute } from "./routing.ts";
import { Throttle } from "./throttle.ts";

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html */
const BODY_LIMIT = 10 * 1024 * 1024;
/** A port that another program has taken is tried again this often. */
const RETRY_MILLISECONDS = 500;

export class Gateway implements Ports {
  readonly #context: LocalContext;
  readonly #apis: Apis;
  readonly #domainNames: DomainNames;
  readonly #functions: Functions;
  readonly #invoker: Invoker;
  readonly #throttle = new Throttle();
  readonly #servers = new Map<string, Server>();

  constructor(
    context: LocalContext,
    apis: Apis,
    domainNames: DomainNames,
    functions: Functions,
    invoker: Invoker,
  ) {
    this.#context = context;
    this.#apis = apis;
    this.#domainNames = domainNames;
    this.#functions = functions;
    this.#invoker = invoker;
  }

  async open(apiId: string): Promise<number> {
    const server = this.#server(apiId);
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(0, "127.0.0.1", resolve);
    });
    return (server.address() as AddressInfo).port;
  }

  /** Its URL is known to people, so the port stays the same: when it is taken, this waits for it. */
  reopen(apiId: string, port: number): void {
    const server = this.#server(apiId);
    server.on("error", () => {
      setTimeout(() => {
        if (this.#servers.get(apiId) === server) server.listen(port, "127.0.0.1");
      }, RETRY_MILLISECONDS).unref();
    });
    server.listen(port, "127.0.0.1");
  }

  async close(apiId: string): Promise<void> {
    const server = this.#servers.get(apiId);
    this.#servers.delete(apiId);
    if (!server?.listening) return;
    await new Promise((resolve) => {
      server.close(resolve);
      server.closeAllConnections();
    });
  }

  async closeAll(): Promise<void> {
    await Promise.all([...this.#servers.keys()].map((apiId) => this.close(apiId)));
  }

  #server(apiId: string): Server {
    const server = createServer((request, response) => void this.#serve(apiId, request, response));
    this.#servers.set(apiId, server);
    return server;
  }

  async #serve(apiId: string, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    try {
      // By a name that a web page made to mean this machine nobody asks for anything good; the domains
      // of the API itself are another matter.
      const { host = "" } = incoming.headers;
      if (!isLoopbackHost(host) && this.#domainNames.apiFor(host) !== apiId) {
        write(outgoing, message(403, "Forbidden"), false);
        return;
      }
      const body = await readBody(incoming);
      const answer =
        body === undefined
          ? message(413, "Request Entity Too Large")
          : await this.#answer(apiId, requestFrom(incoming, body));
      write(outgoing, answer, incoming.method === "HEAD");
    } catch {
      // Whatever went wrong, the client has to hear something.
      if (!outgoing.headersSent) write(outgoing, message(500, "Internal Server Error"), false);
      else outgoing.destroy();
    }
  }

  async #answer(apiId: string, request: ApiRequest): Promise<ApiResponse> {
    const api = this.#apis.find(apiId);
    const path = decodedPath(request.url);
    if (path === undefined) return message(400, "Bad Request");
    const stage = api?.stages.$default;
    if (api === undefined || !stage?.autoDeploy) return message(404, "Not Found");
    const { throttling } = stage;
    if (throttling && !this.#throttle.admits(apiId, throttling)) {
      return message(429, "Too Many Requests");
    }
    const cors = corsRequest(request);
    const allowed = api.cors ? preflight(api.cors, cors) : null;
    if (allowed !== null) return allowed;
    const routes = Object.values(api.routes);
    const match = matchRoute(
      routes.map(({ routeKey }) => routeKey),
      request.method,
      path,
    );
    const route = routes.find(({ routeKey }) => routeKey === match?.routeKey);
    if (match === undefined || route === undefined) return message(404, "Not Found");
    const integration = api.integrations[route.target?.replace(/^integrations\//, "") ?? ""];
    const target = integration && this.#target(api, integration);
    if (integration === undefined || target === undefined) {
      return message(500, "Internal Server Error");
    }
    const event = eventFor(
      request,
      {
        apiId,
        accountId: this.#context.accountId,
        ...match,
        stageVariables: stage.variables,
      },
      randomUUID(),
      new Date(),
    );
    const answer = await this.#invoke(target, integration, JSON.stringify(event));
    return api.cors ? withCors(api.cors, cors, answer) : answer;
  }

  /** The integration's function, if it exists and lets this API invoke it. */
  #target({ id, region }: HttpApi, { functionArn }: Integration): LambdaFunction | undefined {
    const target = this.#functions.find(functionArn);
    const source = `arn:aws:execute-api:${region}:${this.#context.accountId}:${id}/$default/$default`;
    const allowed = target?.permissions.some(
      ({ action, principal, sourceArn, sourceAccount }) =>
        ["lambda:InvokeFunction", "lambda:*"].includes(action) &&
        principal === "apigateway.amazonaws.com" &&
        (sourceArn === undefined || matches(sourceArn, source, "")) &&
        (sourceAccount === undefined || sourceAccount === this.#context.accountId),
    );
    return allowed ? target : undefined;
  }

  async #invoke(
    target: LambdaFunction,
    { timeoutMilliseconds }: Integration,
    event: string,
  ): Promise<ApiResponse> {
    const giveUp = new AbortController();
    try {
      const invocation = await Promise.race([
        this.#invoker.invoke(target, event),
        sleep(timeoutMilliseconds, undefined, { signal: giveUp.signal }),
      ]);
      if (invocation === undefined) return message(503, "Service Unavailable");
      const failed = invocation.functionError !== undefined;
      const answer = failed ? undefined : responseFor(JSON.parse(invocation.body));
      return answer ?? message(500, "Internal Server Error");
    } catch (error) {
      if (!(error instanceof AwsFault)) throw error;
      return error.status === 413
        ? message(413, "Request Entity Too Large")
        : message(503, "Service Unavailable");
    } finally {
      giveUp.abort();
    }
  }
}

function corsRequest({ method, rawHeaders }: ApiRequest): CorsRequest {
  const header = (name: string) =>
    rawHeaders.find((_, i) => i % 2 === 1 && rawHeaders[i - 1]!.toLowerCase() === name);
  return {
    method,
    origin: header("origin"),
    requestedMethod: header("access-control-request-method"),
  };
}

function requestFrom(incoming: IncomingMessage, body: Buffer): ApiRequest {
  return {
    method: incoming.method ?? "GET",
    url: incoming.url ?? "/",
    rawHeaders: incoming.rawHeaders,
    body,
    sourceIp: incoming.socket.remoteAddress ?? "127.0.0.1",
    port: incoming.socket.localPort ?? 0,
  };
}

/** Undefined when there is more than API Gateway takes; the rest is read and dropped. */
async function readBody(incoming: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= BODY_LIMIT) chunks.push(chunk);
  }
  return size <= BODY_LIMIT ? Buffer.concat(chunks) : undefined;
}

function write(outgoing: ServerResponse, answer: ApiResponse, headOnly: boolean): void {
  outgoing.statusCode = answer.status;
  for (const [name, value] of answer.headers) outgoing.appendHeader(name, value);
  outgoing.setHeader("content-length", answer.body.length);
  outgoing.setHeader("apigw-requestid", randomBytes(9).toString("base64url"));
  outgoing.end(headOnly ? undefined : answer.body);
}
