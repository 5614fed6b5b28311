import { join } from "node:path";
import Database from "better-sqlite3";
import { afterAll, beforeAll, expect, test } from "vitest";
import { getJson, type KillStep, type Rehearsal, startRehearsal, writeItems } from "./rehearsal.ts";

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

/** The one edition that every row of the answer has. */
async function servedEdition(url: string): Promise<string> {
  const sql = encodeURIComponent("select title, count(*) as rows from items group by title");
  // A look for a new version, so that none shows up only after the next kill.
  await getJson(url, "/-/status.json?at_least=999");
  const { rows } = await getJson(url, `/editions/-/query.json?sql=${sql}`);
  const [first] = rows as { title: string; rows: number }[];
  expect(rows).toEqual([{ title: first?.title, rows: ROWS }]);
  return String(first?.title);
}

const put = (match: string, when: KillStep["when"]): KillStep => ({
  service: "s3",
  operation: "PutObject",
  match,
  when,
});

/** Each step of a publish, and what readers get when the command dies there. */
const PUBLISH: [string, KillStep, "old" | "new"][] = [
  ["before a block", put("^blocks/", "before"), "old"],
  ["after a block", put("^blocks/", "after"), "old"],
  ["before a block index", put("^indexes/", "before"), "old"],
  ["after a block index", put("^indexes/", "after"), "old"],
  ["before the history copy", put("^manifests/", "before"), "old"],
  ["after the history copy", put("^manifests/", "after"), "old"],
  ["before the manifest", put("^manifest.json$", "before"), "old"],
  ["after the manifest", put("^manifest.json$", "after"), "new"],
];

test("killed at any step of a publish, readers see the old version or the new one, whole", async () => {
  const path = join(rehearsal.folder, "editions.db");
  writeItems(path, ROWS);
  writeEdition(path, "edition 0");
  const { url } = await rehearsal.update("editions", path, "--storage", "s3", "--refresh", "1");
  let served = "edition 0";
  for (const [at, step, outcome] of PUBLISH) {
    const edition = `edition ${at}`;
    writeEdition(path, edition);
    await rehearsal.killAt(step, "update-stack", "editions", path);
    if (outcome === "new") served = edition;
    expect(await servedEdition(String(url)), `killed ${at}`).toBe(served);
  }

  writeEdition(path, "the last edition");
  await rehearsal.update("editions", path);
  expect(await servedEdition(String(url))).toBe("the last edition");
});

const cloudFormation = (operation: string, match?: string): KillStep => ({
  service: "cloudformation",
  operation,
  match,
  when: "after",
});

test("killed at any step of a first deployment, the next run finishes it", async () => {
  const path = join(rehearsal.folder, "fresh.db");
  writeItems(path, 3000);
  for (const step of [
    cloudFormation("CreateChangeSet", "^fresh$"),
    cloudFormation("ExecuteChangeSet"),
    put("^blocks/", "after"),
    put("^code/", "after"),
    cloudFormation("CreateChangeSet", "^fresh-service$"),
    cloudFormation("ExecuteChangeSet"),
  ]) {
    await rehearsal.killAt(step, "update-stack", "fresh", path);
  }
  const { url } = await rehearsal.update("fresh", path);
  expect(await getJson(String(url), "/fresh/items.json?_size=0&_extra=count")).toMatchObject({
    count: 3000,
  });
});
