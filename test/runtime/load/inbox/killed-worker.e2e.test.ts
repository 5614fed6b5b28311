/** The inbox's worker killed (SIGKILL) at random moments: nothing is lost, nothing is there twice. */
import { spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import { FolderStore } from "../../../../runtime/core/store/folder-store.ts";
import type { ObjectEvent } from "../../../../runtime/load/inbox/object-event.ts";
import { readPublished } from "../../../../runtime/publisher/publish/published.ts";
import { historyIsRight } from "../../publisher/site.ts";
import { drop, InboxSite } from "./inbox-site.ts";

const PROGRAM = fileURLToPath(new URL("worker-process.ts", import.meta.url));
const FILES = 6;
const ROWS = 300;

const site = new InboxSite();
afterAll(() => site.end());
const bucket = join(site.folder, "bucket");
const temporary = join(site.folder, "tmp");
mkdirSync(temporary);

/** Runs the worker; it is killed after so many milliseconds. True when it ended by itself before. */
function run(event: ObjectEvent, killAfter: number): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [PROGRAM, bucket, JSON.stringify(event)], {
      stdio: ["ignore", "ignore", "inherit"],
      env: { ...process.env, TMPDIR: temporary },
    });
    const timer = setTimeout(() => child.kill("SIGKILL"), killAfter);
    child.on("exit", (code) => {
      clearTimeout(timer);
      resolve(code === 0);
    });
  });
}

function rowsOf(file: number): string {
  const ids = Array.from({ length: ROWS }, (_, i) => file * ROWS + i);
  return `id,note\n${ids.map((id) => `${id},row ${id}\n`).join("")}`;
}

test("each file's rows are there exactly once, two workers at a time", async () => {
  const memory = await site.publish({
    loadRules: [{ files: "orders-*.csv", append: true, table: "orders" }],
  });
  const store = new FolderStore(bucket);
  for (const { key } of await memory.list("")) await store.put(key, (await memory.get(key))!.body);
  const events: ObjectEvent[] = [];
  for (let i = 0; i < FILES; i++) {
    events.push(await drop(store, `inbox/year/orders-${i}.csv`, rowsOf(i)));
  }
  const began = performance.now();
  await run(events[0]!, 60_000);
  const wholeRun = performance.now() - began;

  let kills = 0;
  const deliver = async (event: ObjectEvent) => {
    // As the queue does it: again and again, and once more after it was done.
    for (let patience = 1.5, isDone = false; !isDone; patience *= 1.5) {
      isDone = await run(event, Math.random() * wholeRun * patience);
      if (!isDone) kills++;
    }
    await run(event, wholeRun);
  };
  const waiting = events.slice(1);
  const worker = async () => {
    for (let event = waiting.pop(); event !== undefined; event = waiting.pop())
      await deliver(event);
  };
  await Promise.all([worker(), worker()]);

  expect(kills).toBeGreaterThan(0);
  const rows = (await site.rows(store, "year", "orders")) as [number, string][];
  const ids = rows.map(([id]) => id).toSorted((a, b) => a - b);
  expect(ids).toEqual(Array.from({ length: FILES * ROWS }, (_, i) => i));
  const sources = (await readPublished(store))!.manifest.loads!.map(({ source }) => source);
  expect(sources.toSorted()).toEqual(
    Array.from({ length: FILES }, (_, i) => `year/orders-${i}.csv`).toSorted(),
  );
  expect(await historyIsRight(store)).toBe(true);
}, 120_000);
