/**
 * `npm run bench:convert`: whole conversions of a CSV file into a database, beside `sqlite-utils insert
 * --detect-types` where that is installed, and beside reading the file through.
 * CPU seconds, because a busy machine does not change these.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { once } from "node:events";
import { createWriteStream, statSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const MEGABYTES = Number(process.argv[2] ?? 100);
const PROGRAM = fileURLToPath(new URL("../runtime/load/convert-process.ts", import.meta.url));

/** Orders: integers, a date, words, decimals and a note of which some are quoted; some 85 bytes a row. */
async function writeOrders(path: string): Promise<void> {
  const words = "blue red small large cotton wool shirt hat glove scarf winter summer".split(" ");
  const cities = ["Berlin", "Zürich", "New York", "Paris"];
  const file = createWriteStream(path);
  file.write("id,date,city,product,quantity,price,lat,lon,note\n");
  let size = 0;
  for (let id = 1; size < MEGABYTES * 1e6; ) {
    let piece = "";
    for (const end = id + 5000; id < end; id++) {
      const mixed = (id * 2_654_435_761) % 4_294_967_296;
      const word = (n: number) => words[(mixed >>> n) % words.length];
      const day = `2024-${String((mixed % 12) + 1).padStart(2, "0")}-${String((id % 28) + 1).padStart(2, "0")}`;
      const note = id % 3 === 0 ? `"${word(3)}, ${word(6)}"` : `${word(4)} ${word(9)} ${word(13)}`;
      const numbers = `${mixed % 1000},${((mixed % 9973) / 100).toFixed(2)},${((mixed % 90_000) / 1000).toFixed(5)},${((id % 180_000) / 1000).toFixed(5)}`;
      piece += `${id},${day},${cities[id % 4]},${word(1)} ${word(11)},${numbers},${note}\n`;
    }
    size += piece.length;
    if (!file.write(piece)) await once(file, "drain");
  }
  file.end();
  await once(file, "finish");
}

/** CPU seconds, user and system, and peak memory in MB of a command, as GNU time tells them. */
function measure(command: string, args: string[]): { seconds: number; peak: number } {
  const { stderr, status } = spawnSync("/usr/bin/time", ["-f", "%U %S %M", command, ...args], {
    encoding: "utf8",
    stdio: ["ignore", "ignore", "pipe"],
  });
  if (status !== 0) throw new Error(stderr);
  const [user = 0, system = 0, kilobytes = 0] = (stderr.trim().split("\n").at(-1) ?? "")
    .split(" ")
    .map(Number);
  return { seconds: user + system, peak: kilobytes / 1000 };
}

function report(
  what: string,
  { seconds, peak }: { seconds: number; peak: number },
  size: number,
): void {
  const rate = (size / 1e6 / seconds).toFixed(1);
  console.log(
    `${what.padEnd(34)} ${seconds.toFixed(1).padStart(7)} s  ${rate.padStart(7)} MB/s  ${peak.toFixed(0).padStart(5)} MB`,
  );
}

const directory = await mkdtemp(join(tmpdir(), "dsl-bench-"));
try {
  const file = join(directory, "orders.csv");
  await writeOrders(file);
  const { size } = statSync(file);
  console.log(
    `${(size / 1e6).toFixed(0)} MB of CSV; CPU seconds, megabytes a CPU second, peak memory\n`,
  );
  report("reading it (wc)", measure("wc", [file]), size);
  const ours = measure(process.execPath, [PROGRAM, file, join(directory, "ours.db")]);
  report("dsl convert", ours, size);
  try {
    execFileSync("sqlite-utils", ["--version"], { stdio: "ignore" });
    const options = ["--csv", "--detect-types"];
    const theirs = measure("sqlite-utils", [
      "insert",
      join(directory, "theirs.db"),
      "orders",
      file,
      ...options,
    ]);
    report("sqlite-utils insert --detect-types", theirs, size);
    console.log(`\n${(theirs.seconds / ours.seconds).toFixed(1)} times as fast`);
  } catch (error) {
    console.log(`\nsqlite-utils: ${(error as Error).message.split("\n")[0]}`);
  }
} finally {
  await rm(directory, { recursive: true, force: true });
}
