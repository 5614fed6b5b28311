import { join } from "node:path";
import Database from "better-sqlite3";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { FaultRuleInput } from "../../src/local-aws/common/faults.ts";
import { getJson, type Rehearsal, startRehearsal, writeItems } from "./rehearsal.ts";

/** A tenth of all requests to S3, of the command and of the function alike. */
const TENTH: [string, FaultRuleInput][] = [
  ["500", { service: "s3", probability: 0.1, kind: "error", code: "InternalError", status: 500 }],
  ["503", { service: "s3", probability: 0.1, kind: "error", code: "SlowDown", status: 503 }],
  ["slowly", { service: "s3", probability: 0.1, kind: "slow", ms: 300 }],
  ["with half of an answer", { service: "s3", probability: 0.1, kind: "truncate" }],
  ["with a reset", { service: "s3", probability: 0.1, kind: "reset" }],
];

let rehearsal: Rehearsal;
beforeAll(async () => {
  rehearsal = await startRehearsal();
});
afterEach(() => rehearsal.inject([]));
afterAll(() => rehearsal.end());

/** Every id with its title, as the site serves them. */
async function servedTitles(url: string, database: string, count: number): Promise<string[]> {
  const sql = `select title from items where id > :after order by id limit 1000`;
  const titles: string[] = [];
  while (titles.length < count) {
    const path = `/${database}/-/query.json?_shape=arrayfirst&sql=${encodeURIComponent(sql)}&after=${titles.length}`;
    const rows = (await getJson(url, path)) as unknown as string[];
    if (rows.length === 0) break;
    titles.push(...rows);
  }
  return titles;
}

function titlesIn(path: string): unknown[] {
  const database = new Database(path, { readonly: true });
  try {
    return database.prepare("select title from items order by id").pluck().all();
  } finally {
    database.close();
  }
}

test.each(TENTH)(
  "S3 answers a tenth of the requests %s: everything is right",
  async (how, fault) => {
    const name = `tenth-${TENTH.findIndex(([other]) => other === how)}`;
    const path = join(rehearsal.folder, `${name}.db`);
    writeItems(path, 12_000);
    await rehearsal.inject([fault]);

    const { url } = await rehearsal.update(name, path, "--storage", "s3");
    expect(await servedTitles(String(url), name, 12_000)).toEqual(titlesIn(path));

    new Database(path).exec("update items set title = 'new ' || id where id % 1000 = 7").close();
    await rehearsal.update(name, path);
    expect(await servedTitles(String(url), name, 12_000)).toEqual(titlesIn(path));

    const again = await rehearsal.update(name, path);
    expect(again).toMatchObject({ changed: false, bytes_uploaded: 0 });
  },
);
