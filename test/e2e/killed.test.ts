import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import Database from "better-sqlite3";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startCli } from "../src/cli/run-cli.ts";
import { getJson, type Rehearsal, startRehearsal, writeItems } from "./rehearsal.ts";

const KILLS = 20;
const ROWS = 15_000;

let rehearsal: Rehearsal;
beforeAll(async () => {
  rehearsal = await startRehearsal();
});
afterAll(() => rehearsal.end());

/** Writes the same word into every row: a reader that finds two words has seen half a version. */
function writeEdition(path: string, edition: string): void {
  const database = new Database(path);
  database.prepare("update items set title = ?").run(edition);
  database.close();
}

async function servedEditions(url: string): Promise<unknown> {
  const sql = encodeURIComponent("select title, count(*) as rows from items group by title");
  const { rows } = await getJson(url, `/editions/-/query.json?sql=${sql}`);
  return rows;
}

test("killed at any moment of a publish, readers see the old version or the new one, whole", async () => {
  const path = join(rehearsal.folder, "editions.db");
  writeItems(path, ROWS);
  writeEdition(path, "edition 0");
  const { url } = await rehearsal.update("editions", path, "--storage", "s3", "--refresh", "1");
  writeEdition(path, "edition without a kill");
  const undisturbed = performance.now();
  await rehearsal.update("editions", path);
  // What readers may get, the oldest first: what they last got, and what was begun since then. The
  // runtime looks for a new version once a second, so one may be seen only after the next kill.
  let possible = ["edition without a kill"];
  const duration = performance.now() - undisturbed;

  const env = { DSL_LOCAL_HOME: join(rehearsal.folder, "local-aws") };
  let killed = 0;
  for (let run = 1; run <= KILLS; run++) {
    const edition = `edition ${run}`;
    writeEdition(path, edition);
    const command = startCli(["update-stack", "editions", path, "--local"], {
      cwd: rehearsal.folder,
      env,
    });
    // Spread over the whole run, the start of the process included; a little chance in each.
    await sleep((duration * (run - Math.random())) / KILLS);
    command.kill("SIGKILL");
    const { signal } = await command;
    if (signal === "SIGKILL") killed++;

    const [first, ...others] = (await servedEditions(String(url))) as { title: string }[];
    expect(others, `after kill ${run}`).toEqual([]);
    possible.push(edition);
    expect(possible, `after kill ${run}`).toContain(first?.title);
    expect(first).toEqual({ title: first?.title, rows: ROWS });
    possible = possible.slice(possible.indexOf(String(first?.title)));

    // Every other time the next kill comes on top of this one.
    if (run % 2 === 0) {
      await rehearsal.update("editions", path);
      expect(await servedEditions(String(url))).toEqual([{ title: edition, rows: ROWS }]);
      possible = [edition];
    }
  }
  expect(killed).toBeGreaterThan(KILLS / 2);
});

test("killed while the first stacks are being made, the next run finishes them", async () => {
  const path = join(rehearsal.folder, "fresh.db");
  writeItems(path, 3000);
  const env = { DSL_LOCAL_HOME: join(rehearsal.folder, "local-aws") };
  for (const moment of [0.6, 0.9, 1.3, 1.8]) {
    const command = startCli(["update-stack", "fresh", path, "--local"], {
      cwd: rehearsal.folder,
      env,
    });
    await sleep(1000 * moment);
    command.kill("SIGKILL");
    await command;
  }
  const { url } = await rehearsal.update("fresh", path);
  expect(await getJson(String(url), "/fresh/items.json?_size=0&_extra=count")).toMatchObject({
    count: 3000,
  });
});
