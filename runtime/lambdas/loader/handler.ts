/** The function that loads events: SQS gives it batches of messages. */
import { tmpdir } from "node:os";
import { join } from "node:path";
import { clock } from "../../core/clock.ts";
import { asArray, asObject, asString } from "../../core/format/check.ts";
import { log, logError, logMetrics } from "../../core/log.ts";
import { GLUE, JsonService, SQS } from "../../core/store/json-service.ts";
import { S3Store } from "../../core/store/s3-store.ts";
import type { QueuedMessage } from "../../load/collector/event-loader.ts";
import { EventLoader } from "../../load/collector/event-loader.ts";
import { SqsQueue } from "../../load/collector/sqs-queue.ts";
import { parseContracts } from "../../load/events/contract.ts";
import { collectAtTimes } from "../../load/inbox/collect-at-times.ts";
import { compactLake } from "../../load/lake/compact.ts";
import { GlueCatalog } from "../../load/lake/glue-catalog.ts";
import { Lake } from "../../load/lake/lake.ts";

const { env } = process;
const site = env.DSL_SITE ?? "";
const sqs = new JsonService(SQS);
/** With less time left nothing is tidied up. */
const TIDY_MS = 70_000;
/** Events that come meanwhile wait for so long at the most. */
const COMPACT_MS = 20_000;
const bucket = env.DSL_BUCKET ?? "";
const store = new S3Store(bucket);
const lakeDatabase = env.DSL_LAKE_DATABASE ?? "";
const catalog = new GlueCatalog(new JsonService(GLUE), lakeDatabase, bucket);
/** Kept from batch to batch: what the loader knows of its copies of databases. */
const loader = new EventLoader({
  store,
  database: env.DSL_DATABASE ?? "",
  folder: join(tmpdir(), "events"),
  contracts: parseContracts((env.DSL_CONTRACTS ?? "").split(" ").filter((text) => text !== "")),
  windowMilliseconds: 1000 * Number(env.DSL_WINDOW_SECONDS ?? "0"),
  queue: new SqsQueue(sqs, env.DSL_QUEUE_URL ?? "", env.DSL_DEAD_LETTERS_URL ?? ""),
  ...(lakeDatabase !== "" && { lake: new Lake(store, catalog) }),
});

interface LambdaContext {
  getRemainingTimeInMillis(): number;
}

/** Answers which messages are none. Throws when nothing was published: all of them come again then. */
export async function handler(event: unknown, context: LambdaContext): Promise<object> {
  const started = clock();
  const messages = parseEvent(event);
  try {
    const result = await loader.load(messages, Date.now() + context.getRemainingTimeInMillis());
    const { loaded, repeated, discarded, refused, broken, version, oldest } = result;
    const milliseconds = Math.round(clock() - started);
    const counts = { loaded, repeated, discarded, refused, broken: broken.length };
    log("info", "load", { ...counts, version, milliseconds });
    logMetrics(site, {
      EventsLoaded: loaded,
      EventsFailed: refused + broken.length,
      AgeOfOldestEvent: Math.round(oldest / 1000),
    });
    if (context.getRemainingTimeInMillis() > TIDY_MS) await tidy();
    return { batchItemFailures: broken.map((itemIdentifier) => ({ itemIdentifier })) };
  } catch (error) {
    logError(`${messages.length} messages could not be loaded now`, error);
    throw error;
  }
}

/** Each batch is a version, so old ones are removed here, too. What goes wrong is no reason to load again. */
async function tidy(): Promise<void> {
  try {
    const collected = await collectAtTimes(store);
    if (collected !== null) log("info", "removed old versions", { objects: collected.objects });
  } catch (error) {
    logError("old versions could not be removed", error);
  }
  if (lakeDatabase === "") return;
  try {
    const compacted = await compactLake(store, Date.now() + COMPACT_MS);
    if (compacted !== null) log("info", "compacted the lake", { files: compacted.files });
  } catch (error) {
    logError("the lake could not be compacted", error);
  }
}

/** Throws InvalidData when it is not an event of SQS. */
function parseEvent(event: unknown): QueuedMessage[] {
  return asArray(asObject(event, "the event").Records, "Records", (record, where) => {
    const { messageId, body, attributes } = asObject(record, where);
    const sent = asObject(attributes, `${where}.attributes`).SentTimestamp;
    return {
      id: asString(messageId, `${where}.messageId`),
      body: asString(body, `${where}.body`),
      sentAt: Number(sent),
    };
  });
}
