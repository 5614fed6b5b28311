/**
 * `npm run soak [-- MINUTES [SEED]]` (60 without a number): bad days, one after another, on a local AWS of
 * its own, while readers read. Readers must see one whole version each time, published versions must not be
 * lost, and every error must be a sentence. docs/reliability.md has the figures.
 */

import { join } from "node:path";
import Database from "better-sqlite3";
import { type Rehearsal, startRehearsal, writeItems } from "../e2e/rehearsal.ts";
import { mostMemory, smallDisk } from "./damage.ts";
import { randomNumbers } from "./mutate.ts";
import { Readers } from "./readers.ts";
import { SCENARIOS, type Soak } from "./scenarios.ts";

const ROWS = 12_000;
const SITE = "soak";

const minutes = Number(process.argv[2] ?? 60);
const seed = Number(process.argv[3] ?? 1);
const random = randomNumbers(seed);
const end = Date.now() + minutes * 60_000;

const rehearsal = await startRehearsal();
const small = smallDisk(rehearsal.folder);
try {
  await run(rehearsal);
} finally {
  small?.remove();
  await rehearsal.end();
}

async function run(rehearsal: Rehearsal): Promise<void> {
  const file = join(rehearsal.folder, `${SITE}.db`);
  writeItems(file, ROWS);
  const soak: Soak = {
    rehearsal,
    url: "",
    disk: small?.disk ?? null,
    file,
    site: SITE,
    random,
    edition: 0,
    possible: new Set(),
    problems: [],
  };
  nextEdition(soak);
  const flags = ["--storage", "s3", "--refresh", "1", "--memory", "128"];
  const { url } = await rehearsal.update(SITE, file, ...flags);
  soak.url = String(url);
  settle(soak);
  const readers = new Readers(String(url), SITE, ROWS, () => soak.possible);
  readers.start(3);
  const counts = new Map<string, number>();
  for (let turn = 0; Date.now() < end; turn++) {
    // Each once in turn, so that a short run meets as many as it can; then as they come.
    const inTurn = (seed + turn) % SCENARIOS.length;
    const at = turn < SCENARIOS.length ? inTurn : random(SCENARIOS.length);
    const { name, play } = SCENARIOS[at]!;
    counts.set(name, (counts.get(name) ?? 0) + 1);
    nextEdition(soak);
    await play(soak);
    await rehearsal.inject([]);
    // Nothing is lost: an undisturbed run publishes, and its edition is what is read.
    nextEdition(soak);
    await rehearsal.update(SITE, file);
    settle(soak);
    await readers.see(soak.edition);
  }
  await readers.stop();
  const memory = await mostMemory(rehearsal.clients);
  report(counts, readers, soak, memory);
}

/** Writes another edition, which from now on readers may see, beside those that they might see before. */
function nextEdition(soak: Soak): void {
  soak.edition += 1;
  soak.possible.add(soak.edition);
  const database = new Database(soak.file);
  database.prepare("update items set title = ?").run(`edition ${soak.edition}`);
  database.close();
}

/** The last edition is the one that is served. */
function settle(soak: Soak): void {
  soak.possible.clear();
  soak.possible.add(soak.edition);
}

function report(
  counts: Map<string, number>,
  readers: Readers,
  { problems, disk }: Soak,
  memory: number,
): void {
  for (const [name, count] of counts) console.log(`${String(count).padStart(5)}  ${name}`);
  console.log(
    `${readers.answers} answers read, ${readers.refusals} of them errors with a sentence`,
  );
  console.log(
    `${readers.late} answers with a version before (the latest ${(readers.latestMs / 1000).toFixed(1)} s after the next was read); most memory ${memory} MB`,
  );
  if (disk === null) console.log("Not tried, because no disk could be mounted: a full /tmp");
  for (const [sentence, count] of readers.sentences) {
    console.log(`${String(count).padStart(5)}  ${sentence.slice(0, 160)}`);
  }
  const all = [...problems, ...readers.problems];
  for (const problem of all.slice(0, 20)) console.log(`PROBLEM ${problem}`);
  console.log(`seed ${seed}: ${all.length} problems`);
  process.exitCode = all.length > 0 ? 1 : 0;
}
