/**
 * `npm run bench:collect [-- EVENTS]` (20,000 without a number): from POST to the page, on a local AWS of its
 * own: events a second through collector, queue and loader, and how soon a single one is online.
 */
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { startRehearsal, writeItems } from "../e2e/rehearsal.ts";

const total = Number(process.argv[2] ?? 20_000);
/** Events of one request. */
const AT_ONCE = 100;
const SENDERS = 4;
/** Single events, one after the other. */
const SINGLE = 10;
const PATIENCE_MS = 5 * 60_000;

const rehearsal = await startRehearsal();
try {
  const file = join(rehearsal.folder, "shop.db");
  writeItems(file, 10);
  const flags = ["--collect", "events", "--refresh", "1", "--rate", "1000", "--burst", "1000"];
  const url = String((await rehearsal.update("shop", file, ...flags)).url);
  await measure(url);
} finally {
  await rehearsal.end();
}

async function measure(url: string): Promise<void> {
  await post(url, "single", [event(0)]);
  await until(url, "single", 1);
  const delays: number[] = [];
  for (let i = 1; i <= SINGLE; i++) {
    const started = performance.now();
    await post(url, "single", [event(i)]);
    await until(url, "single", i + 1);
    delays.push(performance.now() - started);
  }
  const started = performance.now();
  let next = 0;
  const send = async () => {
    while (next < total) {
      const first = next;
      next = Math.min(total, first + AT_ONCE);
      await post(
        url,
        "many",
        Array.from({ length: next - first }, (_, i) => event(first + i)),
      );
    }
  };
  await Promise.all(Array.from({ length: SENDERS }, send));
  const accepted = performance.now();
  await until(url, "many", total);
  const online = performance.now();
  const rate = (until: number) => Math.round((1000 * total) / (until - started)).toLocaleString();
  const median = delays.toSorted((a, b) => a - b)[Math.floor(SINGLE / 2)] ?? 0;
  console.log(`one event online (median of ${SINGLE}): ${(median / 1000).toFixed(1)} s`);
  console.log(
    `${total} events of ${event(0).length} bytes in requests of ${AT_ONCE}: ${rate(accepted)} a second accepted, ${rate(online)} a second online`,
  );
}

function event(n: number): string {
  const customer = { name: `customer ${n}`, city: "Köln", age: n % 90 };
  const at = new Date(Date.UTC(2026, 10, 1) + n * 1000).toISOString();
  const more = { paid: n % 2 === 0, currency: "EUR", channel: "web", note: "x".repeat(40) };
  return JSON.stringify({ n, at, customer, amount: n / 100, ...more });
}

async function post(url: string, table: string, events: string[]): Promise<void> {
  const answer = await fetch(new URL(`/collect/${table}`, url), {
    method: "POST",
    body: events.join("\n"),
  });
  if (answer.status !== 202) throw new Error(await answer.text());
  await answer.arrayBuffer();
}

async function until(url: string, table: string, count: number): Promise<void> {
  const page = new URL("/events/-/query.json", url);
  page.search = new URLSearchParams({
    sql: `select count(*) as n from ${table}`,
    _shape: "array",
  }).toString();
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end; await sleep(50)) {
    const answer = await fetch(page);
    const [row] = answer.ok ? ((await answer.json()) as { n: number }[]) : [];
    if ((row?.n ?? 0) >= count) return;
  }
  throw new Error(`${count} events are not online`);
}
