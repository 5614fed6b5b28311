/**
 * `npm run soak:collect [-- EVENTS [SEED]]` (100,000 without a number): events through collector, queue and
 * loader on a local AWS of its own, while the loader is killed at random moments and a tenth of the calls of
 * S3 and SQS fail. At the end each event must be there exactly once. docs/collect.md has the figures.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { SetQueueAttributesCommand } from "@aws-sdk/client-sqs";
import { findSite } from "../../src/stacks/find-site.ts";
import { readLake } from "../e2e/read-lake.ts";
import { type Rehearsal, startRehearsal, writeItems } from "../e2e/rehearsal.ts";
import { randomNumbers } from "./mutate.ts";

const total = Number(process.argv[2] ?? 100_000);
const random = randomNumbers(Number(process.argv[3] ?? 1));
/** Events of one request, at most. */
const AT_ONCE = 500;
const SENDERS = 4;
/** A message comes again after so many seconds, not after those of the template: loaders are killed all the time. */
const VISIBILITY = 20;
const KILL_EVERY_MS = 2_500;
/** For so long loaders are killed: on a busy machine a batch may take longer than they live. */
const KILLING_MS = 4 * 60_000;
const PATIENCE_MS = 15 * 60_000;

/** Numbers of the events that are there, and items with their event. */
const COUNT = `select count(*) as rows, count(distinct n) as numbers, min(n) as first, max(n) as last,
  (select count(*) from orders__items join orders on _dlt_parent_id = orders._dlt_id) as items,
  (select count(*) from orders__items) as "all" from orders`;

const rehearsal = await startRehearsal();
try {
  await run(rehearsal);
} finally {
  await rehearsal.end();
}

async function run(rehearsal: Rehearsal): Promise<void> {
  const file = join(rehearsal.folder, "shop.db");
  writeItems(file, 10);
  const flags = [
    "--collect",
    "events",
    "--lake",
    "--refresh",
    "1",
    "--rate",
    "1000",
    "--burst",
    "1000",
  ];
  const { url } = await rehearsal.update("shop", file, ...flags);
  const { stacks } = await findSite(rehearsal.clients, "shop");
  const { QueueUrl = "" } = stacks.get("collect")?.outputs ?? {};
  await (await rehearsal.clients.sqs()).send(
    new SetQueueAttributesCommand({
      QueueUrl,
      Attributes: { VisibilityTimeout: String(VISIBILITY) },
    }),
  );
  const error = { kind: "error", code: "InternalError", status: 500, probability: 0.05 } as const;
  const lost = { kind: "lost", probability: 0.05 } as const;
  await rehearsal.inject(
    (["s3", "sqs"] as const).flatMap((service) => [
      { service, ...error },
      { service, ...lost },
    ]),
  );
  const started = performance.now();
  const state = { isOver: false, killed: 0, refused: 0 };
  const killing = killLoaders(rehearsal, state);
  await sendAll(String(url), state);
  const sent = performance.now();
  const count = await untilThere(String(url), rehearsal);
  state.isOver = true;
  await killing;
  await rehearsal.inject([]);
  const lake = await untilInLake(rehearsal, stacks.get("bucket")?.outputs.BucketName ?? "");
  const [row = {}] = await query(String(url), COUNT);
  const seconds = (from: number) => ((performance.now() - from) / 1000).toFixed(1);
  console.log(
    `${total} events: ${count} rows, ${JSON.stringify(row)}; sent in ${((sent - started) / 1000).toFixed(1)} s, online ${seconds(started)} s after the first; ${state.killed} loaders killed, ${state.refused} requests answered with 503 and sent again; in the lake ${lake.numbers.length} rows with ${new Set(lake.numbers).size} numbers, ${lake.items} items`,
  );
  const isRight =
    row.rows === total &&
    row.numbers === total &&
    row.first === 0 &&
    row.last === total - 1 &&
    lake.numbers.length === total &&
    new Set(lake.numbers).size === total &&
    lake.items === total * 2 &&
    row.items === total * 2 &&
    row.all === total * 2;
  if (!isRight) throw new Error("an event is missing, or there is one twice");
}

async function sendAll(url: string, state: { refused: number }): Promise<void> {
  let next = 0;
  const work = async () => {
    while (next < total) {
      const first = next;
      next = Math.min(total, first + 1 + random(AT_ONCE));
      const events = Array.from({ length: next - first }, (_, i) =>
        JSON.stringify({ n: first + i, text: `event ${first + i}`, items: [{ a: 1 }, { b: i }] }),
      );
      const headers = { "idempotency-key": `soak ${first}` };
      for (;;) {
        const answer = await fetch(new URL("/collect/orders", url), {
          method: "POST",
          body: events.join("\n"),
          headers,
        }).catch(() => null);
        if (answer?.status === 202) break;
        if (answer !== null && answer.status < 500) throw new Error(await answer.text());
        state.refused++;
        await sleep(50);
      }
    }
  };
  await Promise.all(Array.from({ length: SENDERS }, work));
}

/** SIGKILL to a loader of this local AWS, at random moments. */
async function killLoaders(
  { folder }: Rehearsal,
  state: { isOver: boolean; killed: number },
): Promise<void> {
  const end = Date.now() + KILLING_MS;
  while (!state.isOver && Date.now() < end) {
    await sleep(random(2 * KILL_EVERY_MS));
    for (const pid of loaders(folder)) {
      try {
        process.kill(pid, "SIGKILL");
        state.killed++;
      } catch {
        // It has ended meanwhile.
      }
      break;
    }
  }
}

function loaders(folder: string): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        const variables = readFileSync(`/proc/${pid}/environ`, "utf8").split("\0");
        const isLoader = variables.includes("_HANDLER=loader.handler");
        return isLoader && variables.some((text) => text.startsWith(`TMPDIR=${folder}`));
      } catch {
        return false;
      }
    })
    .map(Number);
}

/**
 * The last batch may have been killed before it was exported: it is when its messages come again, at the latest
 * when those that failed too often are tried again.
 */
async function untilInLake({ clients, dsl }: Rehearsal, bucket: string) {
  for (const end = Date.now() + PATIENCE_MS; ; await sleep(5_000)) {
    const numbers = await readLake(clients, bucket, "orders", "n");
    const items = (await readLake(clients, bucket, "orders__items", "_dlt_id")).length;
    const isAll = numbers.length >= total && items >= 2 * total;
    if (isAll || Date.now() > end) return { numbers, items };
    await dsl("collect", "replay", "shop");
  }
}

/** Messages that failed too often on such a day are tried again, as their owner would. */
async function untilThere(url: string, rehearsal: Rehearsal): Promise<number> {
  const end = Date.now() + PATIENCE_MS;
  for (;;) {
    const [row] = await query(url, COUNT).catch(() => []);
    const rows = Number(row?.rows ?? 0);
    if (rows >= total || Date.now() > end) return rows;
    await sleep(3_000);
    await rehearsal.dsl("collect", "replay", "shop");
  }
}

async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const page = new URL("/events/-/query.json", url);
  page.search = new URLSearchParams({ sql, _shape: "array" }).toString();
  const answer = await fetch(page);
  if (!answer.ok) throw new Error(await answer.text());
  return (await answer.json()) as Record<string, unknown>[];
}
