/** The function that takes events in: no SQLite, a few milliseconds. */
import { FORBIDDEN, ORIGIN_KEY, originDoor, whoComes } from "../../core/access/origin-door.ts";
import { baseOf, parseRotation } from "../../core/format/collection.ts";
import { parseManifest } from "../../core/format/manifest.ts";
import { Kept } from "../../core/kept.ts";
import { log, logError, logMetrics, logRequestId } from "../../core/log.ts";
import { JsonService, SQS } from "../../core/store/json-service.ts";
import { S3Store } from "../../core/store/s3-store.ts";
import { collect } from "../../load/collector/collect.ts";
import { readTokens } from "../../load/collector/read-tokens.ts";
import { parseContracts } from "../../load/events/contract.ts";

/** A token that was revoked is good for so long. */
const TOKENS_KEPT_MS = 60_000;
const TABLES_KEPT_MS = 10_000;

const { env } = process;
const site = env.DSL_SITE ?? "";
const database = env.DSL_DATABASE ?? "";
const door = originDoor(env);
const settings = {
  collection: { database, rotation: parseRotation(env.DSL_ROTATE ?? "never") },
  isPublic: env.DSL_PUBLIC === "true",
  cors: env.DSL_CORS === "true",
  contracts: parseContracts((env.DSL_CONTRACTS ?? "").split(" ").filter((text) => text !== "")),
};
const sqs = new JsonService(SQS);
const tokens = new Kept(TOKENS_KEPT_MS, () => readTokens(site));
const tables = new Kept(TABLES_KEPT_MS, readTables);

const ports = {
  tokens: (milliseconds?: number) => tokens.get(milliseconds),
  tables: () => tables.get(),
  send: async (messages: string[]) => {
    const QueueUrl = env.DSL_QUEUE_URL;
    await Promise.all(
      messages.map((MessageBody) => sqs.call("SendMessage", { QueueUrl, MessageBody })),
    );
  },
  failed: (error: unknown) => logError("events could not be queued", error),
};

/** Of an HTTP API: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html */
interface HttpApiEvent {
  rawPath: string;
  headers: Record<string, string | undefined>;
  body?: string;
  isBase64Encoded?: boolean;
  requestContext: { requestId?: string; http: { method: string } };
}

export async function handler(event: HttpApiEvent): Promise<object> {
  const { rawPath, headers, body = "", isBase64Encoded, requestContext } = event;
  if (whoComes(door, headers[ORIGIN_KEY]) === null) return FORBIDDEN;
  logRequestId(requestContext.requestId ?? null);
  const request = {
    method: requestContext.http.method,
    path: rawPath,
    headers,
    body: Buffer.from(body, isBase64Encoded ? "base64" : "utf8"),
  };
  const answer = await collect(request, settings, ports);
  if (answer.accepted > 0) logMetrics(site, { EventsQueued: answer.accepted });
  else if (answer.status >= 400) log("info", "refused", { status: answer.status, path: rawPath });
  return { statusCode: answer.status, headers: answer.headers, body: answer.body };
}

/** The tables of events that are published, of all months. */
async function readTables(): Promise<ReadonlySet<string>> {
  const stored = await new S3Store(env.DSL_BUCKET ?? "").get("manifest.json");
  if (stored === null) return new Set();
  const { databases } = parseManifest(stored.body.toString());
  const ours = databases.filter(
    ({ name, origin }) => origin === "collect" && [name, baseOf(name)].includes(database),
  );
  return new Set(ours.flatMap(({ inspection }) => inspection.tables.map(({ name }) => name)));
}
