/**
 * `npm run bench:publish`: what publishing a 100 MB database costs on the local AWS, beside what no
 * publisher can do without: copying the file, and sending the same bytes with one PUT.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFile, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { formatBytes } from "../../runtime/core/quantities.ts";
import { hashFile } from "../../runtime/publisher/database/hash-file.ts";
import { checkIntegrity } from "../../runtime/publisher/database/integrity.ts";
import { snapshotDatabase } from "../../runtime/publisher/database/snapshot.ts";
import { newStore, publishSite, s3Client } from "../runtime/publisher/site.ts";

const MEGABYTES = 100;
/** 1 % of the rows, next to each other, as new rows of a growing table are. */
const CHANGED = 0.01;
const ROUNDS = 3;
const DAEMON = new URL("../../src/local-aws/daemon.ts", import.meta.url).pathname;

/** Rows of a shop: words that repeat, numbers, dates; some 300 bytes each. */
function makeOrders(path: string): number {
  const rows = MEGABYTES * 3400;
  const words = "blue red small large cotton wool shirt hat glove scarf winter summer".split(" ");
  const word = (n: number) => words[n % words.length];
  const database = new Database(path);
  database.exec(
    "CREATE TABLE orders (id INTEGER PRIMARY KEY, day TEXT, product TEXT, price REAL, note TEXT)",
  );
  const insert = database.prepare("INSERT INTO orders VALUES (?, ?, ?, ?, ?)");
  database.transaction(() => {
    for (let id = 1; id <= rows; id++) {
      const mixed = (id * 2_654_435_761) % 4_294_967_296;
      const note = Array.from({ length: 30 }, (_, i) => word((mixed >>> (i % 24)) + i)).join(" ");
      const day = new Date(Date.UTC(2020, 0, 1) + id * 60_000).toISOString();
      insert.run(
        id,
        day,
        `${word(mixed)} ${word(mixed >>> 5)} ${mixed % 5000}`,
        (mixed % 10_000) / 100,
        note,
      );
    }
  })();
  database.exec("CREATE INDEX orders_product ON orders (product)");
  database.close();
  return rows;
}

function change(path: string, rows: number, round: number): void {
  const database = new Database(path);
  const first = Math.floor((rows * (round + 1)) / (ROUNDS + 2));
  database
    .prepare("UPDATE orders SET price = price + 1, note = upper(note) WHERE id BETWEEN ? AND ?")
    .run(first, first + Math.floor(rows * CHANGED));
  database.close();
}

/** The shortest of the times, in milliseconds: the machine has other things to do as well. */
async function fastest(
  work: () => unknown,
  prepare: (round: number) => unknown = () => {},
): Promise<number> {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS; round++) {
    await prepare(round);
    const started = performance.now();
    await work();
    best = Math.min(best, performance.now() - started);
  }
  return best;
}

function report(what: string, milliseconds: number, more = ""): void {
  console.log(`${what.padEnd(44)} ${milliseconds.toFixed(0).padStart(6)} ms  ${more}`.trimEnd());
}

const directory = await mkdtemp(join(tmpdir(), "dsl-bench-"));
const daemon = spawn(process.execPath, [DAEMON, join(directory, "aws"), "0"], {
  stdio: ["ignore", "pipe", "inherit"],
});
try {
  const [line] = (await once(daemon.stdout, "data")) as [Buffer];
  const endpoint = /http:\S+\d/.exec(line.toString())![0];
  const client = await s3Client(endpoint);
  const [path, copy] = [join(directory, "orders.db"), join(directory, "copy.db")];
  const rows = makeOrders(path);
  const { size } = await hashFile(path);
  console.log(`${formatBytes(size)}, ${rows} rows; best of ${ROUNDS}\n`);

  report("plain copy of the file", await fastest(() => copyFile(path, copy)));
  const snapshot = () => snapshotDatabase(path, copy);
  report("snapshot", await fastest(snapshot, () => rm(copy, { force: true })));
  report("hash, whole and in blocks", await fastest(() => hashFile(copy)));
  report("quick_check", await fastest(() => checkIntegrity(copy, path)));
  console.log();

  const store = await newStore(client);
  const bytes = await readFile(path);
  report(
    "one PUT of the file",
    await fastest(() => store.put("whole", bytes, "text/plain")),
    formatBytes(size),
  );
  let sent = 0;
  const first = await fastest(async () => {
    sent = (await publishSite(await newStore(client), path)).bytesUploaded;
  });
  report("first publish, from file to manifest", first, formatBytes(sent));
  await publishSite(store, path);
  const noop = await fastest(async () => {
    sent = (await publishSite(store, path)).bytesUploaded;
  });
  report("nothing changed, from file to verdict", noop, formatBytes(sent));
  const changes: string[] = [];
  const changed = await fastest(
    async () => {
      const result = await publishSite(store, path);
      const { bytesUploaded, blocksUploaded, blocksTotal } = result;
      changes.push(`${formatBytes(bytesUploaded)} in ${blocksUploaded} of ${blocksTotal} blocks`);
    },
    (round) => change(path, rows, round),
  );
  report("1 % of the rows changed", changed, changes.join("; "));
  client.destroy();
} finally {
  const exit = once(daemon, "exit");
  daemon.kill();
  await exit;
  await rm(directory, { recursive: true, force: true });
}
