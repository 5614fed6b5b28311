/**
 * The Lambda entry point. The app is made while Lambda initialises the environment, where it has a
 * whole CPU; if that fails, requests are answered with the reason, and each tries again.
 */

import { logError, logRequestId } from "../../core/log.ts";
import { InFlight } from "../../site/in-flight.ts";
import { createApp } from "../../site/pipeline/app.ts";
import { checkEvent, requestOf } from "./event.ts";
import { installLightFetch } from "./light-fetch.ts";
import { type HttpResult, resultOf } from "./result.ts";
import { exportBucket, packagedMounts, siteSource } from "./start.ts";

type App = ReturnType<typeof createApp>;

installLightFetch();
const inFlight = new InFlight();
let app = startApp();
// Whoever asks first gets the error; until then it is nobody's.
app.catch(() => {});

async function startApp(): Promise<App> {
  const started = createApp(await siteSource(process.env, inFlight), packagedMounts(process.env));
  // What the app does not answer itself, such as a bucket that is gone, is answered below.
  return started.onError((error) => {
    throw error;
  });
}

export async function handler(event: unknown): Promise<HttpResult> {
  const end = inFlight.begin();
  try {
    const checked = checkEvent(event);
    logRequestId(checked.requestContext.requestId ?? null);
    app = app.catch(() => startApp());
    const request = requestOf(checked);
    const response = await (await app).fetch(request);
    return await resultOf(response, request.url, () => exportBucket(process.env));
  } catch (error) {
    logError("the request could not be answered", error);
    return failure(error);
  } finally {
    end();
  }
}

/** What is wrong here (a variable, the manifest, the bucket) concerns the publisher: the log has it all. */
function failure(error: unknown): HttpResult {
  const message = error instanceof Error ? error.message : String(error);
  const body = { ok: false, error: message, errors: [message], status: 500 };
  return {
    statusCode: 500,
    headers: { "content-type": "application/json; charset=utf-8", "cache-control": "no-store" },
    body: JSON.stringify(body),
    isBase64Encoded: false,
  };
}
