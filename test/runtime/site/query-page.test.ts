import { afterAll, describe, expect, test } from "vitest";
import { temporarySite } from "./temporary-site.ts";

const ENDLESS =
  "with recursive n(i) as (values (1) union all select i + 1 from n) select count(*) from n";

const site = temporarySite(
  `create table t (id integer primary key, name text);
   insert into t values (1, 'b'), (2, 'c'), (3, 'a'), (4, 'd'), (5, null);`,
  {
    config: {
      settings: { sql_time_limit_ms: "50", max_returned_rows: "3", max_csv_mb: "1" },
      config: {
        databases: {
          data: { queries: { named: "select id, name from t where id > :least -- all" } },
        },
      },
    },
  },
);
afterAll(() => site.close());

const get = (path: string, sql: string, more = "") =>
  site.get(`/data/-/query${path}?sql=${encodeURIComponent(sql)}${more}`);
const firstCells = (page: string) =>
  [...page.matchAll(/<tr><td class="col-id[^>]*>(\d+)/g)].map(([, id]) => Number(id));

describe("SQL that cannot be run", () => {
  test.each([
    ["delete from t", "Invalid SQL", "Statement must be a SELECT", "delete"],
    ["-- first\nupdate t set id = 1", "Invalid SQL", "Statement must be a SELECT", "update"],
    [
      "select * from pragma_journal_mode()",
      "Invalid SQL",
      "disallowed PRAGMA",
      "pragma_journal_mode",
    ],
    [ENDLESS, "SQL Interrupted", "SQL query took too long", null],
  ])("%j stays in the editor, with the reason and its place", async (sql, title, reason, place) => {
    const answer = await get("", sql);
    const page = await answer.text();
    expect(answer.status).toBe(400);
    expect(page).toContain(`<h1>${title}</h1>`);
    expect(page).toContain(reason);
    const [, text = ""] = /<textarea[^>]*>\n([^<]*)<\/textarea>/.exec(page) ?? [];
    expect(text.replaceAll("&#39;", "'")).toBe(sql);
    const [, from, to] = /data-error-from="(\d+)" data-error-to="(\d+)"/.exec(page) ?? [];
    expect(from === undefined ? null : sql.slice(Number(from), Number(to))).toBe(place);
    expect(page).not.toContain("0 results");
  });

  test("is refused in other formats as before", async () => {
    for (const path of [".json", ".csv"]) {
      expect((await get(path, "delete from t")).status).toBe(400);
      expect((await get(path, ENDLESS)).status).toBe(400);
    }
  });

  test("is told from SQL that has no rows", async () => {
    expect(await (await site.get("/data/-/query")).text()).not.toContain("0 results");
    expect(await (await get("", "select * from t where 0")).text()).toContain("0 results");
  });
});

describe("A result", () => {
  test("is sorted by a click on a header: all of it, not only the rows shown", async () => {
    const page = await (await get("", "select id, name from t", "&_sort=name")).text();
    expect(firstCells(page)).toEqual([5, 3, 1]);
    expect(page).toMatch(/<th [^>]*aria-sort="ascending" data-column="name">/);
    expect(page).toContain('form="result-form" name="_sort_desc" value="name"');
    const descending = await (await get("", "select id, name from t;", "&_sort_desc=name")).text();
    expect(firstCells(descending)).toEqual([4, 2, 1]);
  });

  test("of a configured query is sorted, too, and keeps its parameters", async () => {
    const page = await (await site.get("/data/named?least=1&_sort_desc=id")).text();
    expect(firstCells(page)).toEqual([5, 4, 3]);
  });

  test("stays as it is where it cannot be sorted", async () => {
    const page = await (await get("", "select id, name from t", "&_sort=nothing")).text();
    expect(firstCells(page)).toEqual([1, 2, 3]);
    const plan = await (await get("", "explain query plan select 1")).text();
    expect(plan).not.toContain('class="sort"');
  });

  test("offers all its rows as CSV where not all are shown", async () => {
    const page = await (await get("", "select id, name from t", "&_sort_desc=id")).text();
    const [, href = ""] = /<a href="([^"]*)">All rows as CSV/.exec(page) ?? [];
    const csv = await (await site.get(href.replaceAll("&amp;", "&"))).text();
    expect(csv).toBe("id,name\r\n5,\r\n4,d\r\n3,a\r\n2,c\r\n1,b\r\n");
    expect(await (await get("", "select 1 as id")).text()).not.toContain("All rows as CSV");
  });

  test("is cut at the size that the site allows", async () => {
    const sql = "select replace(hex(zeroblob(100000)), '0', 'x') as id from t, t as u";
    const csv = await (await get(".csv", sql, "&_rows=all")).text();
    expect(csv.endsWith("CSV contains more than 1048576 bytes")).toBe(true);
    expect(csv.length).toBeLessThan(1_100_000);
  });
});
