/** The one HTTP server of the local AWS: request → service → answer in the service's wire form. */
import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { type Admin, answerAdmin, isAdminPath } from "./admin.ts";
import type { FaultRule, Faults } from "./common/faults.ts";
import {
  AwsFault,
  type LocalRequest,
  type LocalResponse,
  type LocalService,
  type Target,
} from "./common/service.ts";
import { isFromWebPage, isLoopbackHost } from "./common/web-pages.ts";
import { errorResponse, guessProtocol } from "./common/wire-errors.ts";
import { applyBeforeHandling, applyToAnswer, ConnectionDropped } from "./fault-injection.ts";
import { actionOf, type NeededActions } from "./iam/needed-actions.ts";
import { ACCESS_KEY_ID } from "./identity.ts";
import type { Network } from "./network.ts";
import { readSignature, type Signature } from "./signature.ts";
import { inFormOf } from "./signature-faults.ts";
import { type AccessKey, verifySignature } from "./verify-signature.ts";

export interface ServerParts {
  services: LocalService[];
  /** The secret of an access key; undefined for one that nobody has. */
  keyOf(accessKeyId: string): AccessKey | undefined;
  faults: Faults;
  /** Between S3 and whoever uses it. */
  network: Network;
  neededActions: NeededActions;
  admin: Admin;
  /** One line per request, and one per bug. */
  log(line: string): void;
}

/** Bodies that are read into memory: Lambda's largest request, a function's zip, has 50 MB in base64. */
const MAX_BODY_BYTES = 70 * 1024 * 1024;

const KEEP_ALIVE_MS = 10 * 60 * 1000;

/** Listens on 127.0.0.1. `port` 0 takes any free one; rejects with EADDRINUSE. */
export async function listen(port: number, parts: ServerParts): Promise<Server> {
  const server = createServer((incoming, outgoing) => {
    answer(incoming, outgoing, parts).catch((error: unknown) => {
      parts.log(`connection lost: ${String(error)}`);
      outgoing.destroy();
    });
  });
  // A body may take as long as it takes: nobody attacks this server with slow requests.
  server.requestTimeout = 0;
  // Longer than clients keep idle connections: a connection that closes while it is used again looks
  // like a fault that nobody asked for.
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  return server;
}

export function endpointOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function answer(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  parts: ServerParts,
): Promise<void> {
  const requestId = randomUUID();
  const startedAt = performance.now();
  const [path, search] = splitUrl(incoming.url ?? "/");
  if (isAdminPath(path)) {
    await send(outgoing, incoming.method, await answerAdmin(incoming, path, parts.admin));
    return;
  }
  if (!isLoopbackHost(incoming.headers.host)) {
    outgoing.writeHead(421, { "content-type": "text/plain" });
    outgoing.end("The local AWS answers to 127.0.0.1 and localhost only.\n");
    return;
  }
  const call = new ServiceCall(incoming, path, new URLSearchParams(search), parts);
  let response: LocalResponse;
  try {
    response = await call.run();
    response.headers = {
      "x-amz-request-id": requestId,
      "x-amzn-requestid": requestId,
      ...response.headers,
    };
    await applyToAnswer(call.fault, parts.faults, response, outgoing);
    if (call.title.startsWith("s3 ")) await parts.network.carry(bytesOf(response));
  } catch (error) {
    if (error instanceof ConnectionDropped) {
      parts.log(`${call.title} ${error.message}`);
      return;
    }
    response = errorResponse(call.protocol, toFault(error, parts.log), requestId);
  }
  await send(outgoing, incoming.method, response);
  const milliseconds = Math.round(performance.now() - startedAt);
  parts.log(`${call.title} ${response.status} ${milliseconds} ms`);
}

function bytesOf({ body, headers }: LocalResponse): number {
  return body instanceof Readable ? Number(headers["content-length"] ?? 0) : body.length;
}

/** One request on its way through a service; what is known of it grows while it goes. */
class ServiceCall {
  title: string;
  protocol: LocalService["protocol"];
  fault: FaultRule | undefined;
  readonly #incoming: IncomingMessage;
  readonly #parts: ServerParts;
  readonly #path: string;
  readonly #query: URLSearchParams;
  readonly #headers: Record<string, string>;

  constructor(incoming: IncomingMessage, path: string, query: URLSearchParams, parts: ServerParts) {
    this.#incoming = incoming;
    this.#parts = parts;
    this.#path = path;
    this.#query = query;
    this.#headers = flatHeaders(incoming);
    this.protocol = guessProtocol(this.#headers);
    this.title = `${incoming.method} ${path}`;
  }

  async run(): Promise<LocalResponse> {
    const scope = this.#readSignature();
    const service = this.#parts.services.find(({ signingName }) => signingName === scope.service);
    if (service === undefined) {
      throw new AwsFault(
        "UnknownService",
        `The local AWS has no service "${scope.service}"; it has ${this.#parts.services
          .map(({ signingName }) => signingName)
          .join(", ")}.`,
        501,
      );
    }
    this.protocol = service.protocol;
    // S3 has rules of its own for other origins (CORS); the others are for no page at all.
    if (service.signingName !== "s3" && isFromWebPage(this.#incoming.headers)) {
      throw new AwsFault("AccessDenied", "The local AWS takes no orders from web pages.", 403);
    }
    const request: LocalRequest = {
      method: this.#incoming.method ?? "GET",
      path: this.#path,
      query: this.#query,
      headers: this.#headers,
      body: service.streaming ? Buffer.alloc(0) : await readBody(this.#incoming),
      stream: this.#incoming,
      region: scope.region,
      accessKeyId: scope.accessKeyId,
    };
    // Browsers ask beforehand without a signature.
    if (service.signingName === "s3" && request.method === "OPTIONS")
      return service.handle(request);
    const signed = { ...request, body: service.streaming ? null : request.body };
    request.chunks = inFormOf(service.protocol, () =>
      verifySignature(signed, scope, this.#parts.keyOf(scope.accessKeyId)),
    );
    const target = identify(service, request);
    this.title = `${service.signingName} ${target.operation} ${target.resource}`;
    const action = actionOf(service.signingName, target.operation);
    if (action !== null && scope.accessKeyId === ACCESS_KEY_ID) {
      this.#parts.neededActions.note(action, target.resource);
    }
    this.fault = this.#parts.faults.decide(service.signingName, target.operation, target.resource);
    await applyBeforeHandling(this.fault, this.#parts.faults, service.protocol, this.#incoming);
    return service.handle(request);
  }

  /** In the form of the service that the request says it is for, before anything of that is believed. */
  #readSignature(): Signature {
    const named = /Credential=[^,]*\/([^/,]+)\/aws4_request/.exec(
      this.#headers.authorization ?? "",
    );
    const service = this.#parts.services.find(({ signingName }) => signingName === named?.[1]);
    this.protocol = service?.protocol ?? this.protocol;
    const read = () => readSignature(this.#headers, this.#query, new Date());
    return inFormOf(this.protocol, read);
  }
}

function identify(service: LocalService, request: LocalRequest): Target {
  if (service.identify) return service.identify(request);
  switch (service.protocol) {
    case "query": {
      const form = new URLSearchParams(request.body.toString());
      const operation = form.get("Action") ?? request.query.get("Action") ?? "Unknown";
      return { operation, resource: form.get("StackName") ?? "" };
    }
    case "json": {
      const operation = request.headers["x-amz-target"]?.split(".").at(-1) ?? "Unknown";
      return { operation, resource: "" };
    }
    case "rest-json":
    case "rest-xml":
      return { operation: `${request.method} ${request.path}`, resource: "" };
  }
}

/** An error that is no answer of AWS is a bug here; the client sees what AWS would answer then. */
function toFault(error: unknown, log: (line: string) => void): AwsFault {
  if (error instanceof AwsFault) return error;
  log(`bug: ${error instanceof Error ? error.stack : String(error)}`);
  return new AwsFault(
    "InternalFailure",
    `The local AWS failed: ${error instanceof Error ? error.message : String(error)}`,
    500,
  );
}

async function send(
  outgoing: ServerResponse,
  method: string | undefined,
  response: LocalResponse,
): Promise<void> {
  const { status, headers, body } = response;
  if (method === "HEAD" || status === 304) {
    if (body instanceof Readable) body.destroy();
    outgoing.writeHead(status, headers).end();
  } else if (body instanceof Readable) {
    outgoing.writeHead(status, headers);
    await pipeline(body, outgoing);
  } else {
    outgoing.writeHead(status, { ...headers, "content-length": Buffer.byteLength(body) }).end(body);
  }
}

async function readBody(incoming: IncomingMessage): Promise<Buffer> {
  if (Number(incoming.headers["content-length"] ?? 0) > MAX_BODY_BYTES) {
    throw new AwsFault("RequestEntityTooLargeException", "The request is too large.", 413);
  }
  return buffer(incoming);
}

function flatHeaders(incoming: IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    Object.entries(incoming.headersDistinct).map(([name, values]) => [
      name.toLowerCase(),
      (values ?? []).join(","),
    ]),
  );
}

/** The WHATWG URL parser would resolve `.` and `..`, which object keys may contain. */
function splitUrl(url: string): [path: string, search: string] {
  const at = url.indexOf("?");
  return at === -1 ? [url, ""] : [url.slice(0, at), url.slice(at + 1)];
}
