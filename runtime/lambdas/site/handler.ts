/**
 * The Lambda entry point. The app is made while Lambda initialises the environment, where it has a
 * whole CPU; if that fails, requests are answered with a sentence, the log has the reason, and each tries
 * again.
 */

import type { IncomingMessage, ServerResponse } from "node:http";
import serverless from "serverless-http";
import { clock } from "../../core/clock.ts";
import { logError, logRequestId } from "../../core/log.ts";
import { readFront } from "../../site/front.ts";
import { InFlight } from "../../site/in-flight.ts";
import { type App, createApp } from "../../site/pipeline/app.ts";
import { sendAnswer, siteRequest } from "../../site/pipeline/node-listener.ts";
import type { SiteSource } from "../../site/site.ts";
import { failure } from "./failure.ts";
import { askedOf, checkEvent, type HttpEvent, mendRequest } from "./http-event.ts";
import { withinLimit } from "./large-answers.ts";
import { logRequest } from "./request-log.ts";
import { accessReader, exportPlace, packagedMounts, siteSource } from "./start.ts";
import { type LambdaContext, timeLeft } from "./time-left.ts";

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html */
export interface HttpResult {
  statusCode: number;
  headers: Record<string, string>;
  multiValueHeaders?: Record<string, string[]>;
  cookies?: string[];
  body: string;
  isBase64Encoded: boolean;
}

/** Set on answers that go to Lambda as base64, and taken away again. */
const AS_BYTES = "x-dsl-as-bytes";

/** What is known of a request beside what it says. */
interface Particulars {
  /** Asked between the steps of a long answer. */
  step: () => void;
  /** For so long a cache before this function may keep the answer. */
  sharedSeconds: number;
}
const particulars = new WeakMap<IncomingMessage, Particulars>();
/** Seconds that CloudFront may keep an answer, for events that came through it. */
const sharedSeconds = new WeakMap<HttpEvent, number>();
const inFlight = new InFlight();
let started = startApp();
// Whoever asks first gets the error; until then it is nobody's.
started.catch(() => {});

const adapter = serverless(listener, {
  requestId: "",
  request: (request: IncomingMessage, event: HttpEvent, context: LambdaContext) => {
    mendRequest(request, event);
    particulars.set(request, {
      step: timeLeft(event, context),
      sharedSeconds: sharedSeconds.get(event) ?? 0,
    });
  },
  binary: (headers: Record<string, string>) => AS_BYTES in headers,
});

export async function handler(event: unknown, context: object = {}): Promise<HttpResult> {
  let checked: HttpEvent;
  try {
    checked = checkEvent(event);
  } catch (error) {
    logError("the event is none of a visitor", error);
    return failure("", (error as Error).message);
  }
  // A function that CloudFront does not stand before needs none of it at its cold start.
  if (process.env.DSL_ORIGIN_KEYS || process.env.DSL_EDGE_ONLY === "true") {
    const { letIn } = await import("./from-edge.ts");
    const entered = letIn(checked, process.env);
    if ("statusCode" in entered) return entered;
    checked = entered.event;
    sharedSeconds.set(checked, entered.sharedSeconds);
  }
  const end = inFlight.begin();
  try {
    return await answer(checked, context);
  } catch (error) {
    logError("the request could not be answered", error);
    return failure(askedOf(checked).path);
  } finally {
    end();
  }
}

async function answer(event: HttpEvent, context: object): Promise<HttpResult> {
  const startedAt = clock();
  logRequestId(event.requestContext.requestId ?? null);
  started = started.catch(() => startApp());
  const result = (await adapter(event, context)) as HttpResult;
  delete result.headers[AS_BYTES];
  const { DSL_METRICS, DSL_STACK = "" } = process.env;
  const milliseconds = clock() - startedAt;
  logRequest(askedOf(event), sizeOf(result), milliseconds, DSL_STACK, DSL_METRICS === "true");
  return result;
}

function sizeOf({ statusCode, body, isBase64Encoded }: HttpResult) {
  const bytes = isBase64Encoded ? Math.floor((body.length * 3) / 4) : body.length;
  return { status: statusCode, bytes };
}

async function startApp(): Promise<{ app: App; source: SiteSource }> {
  const source = await siteSource(process.env, inFlight);
  const app = createApp(
    source,
    packagedMounts(process.env),
    accessReader(process.env),
    readFront(process.env),
  );
  return { app, source };
}

function listener(request: IncomingMessage, response: ServerResponse): void {
  respond(request, response).catch((error: unknown) => response.emit("error", error));
}

async function respond(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
  const request = { ...siteRequest(incoming), ...particulars.get(incoming) };
  const { app, source } = await started;
  const answer = await app(request);
  const sent = await withinLimit(answer, request.url, () => exportPlace(process.env, source));
  if (sent.body instanceof Uint8Array) response.setHeader(AS_BYTES, "1");
  await sendAnswer(sent, response);
}
