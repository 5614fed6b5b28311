import { afterAll, describe, expect, test } from "vitest";
import type { ColumnSummary } from "../../../runtime/core/format/column-summary.ts";
import { summarizeTables } from "../../../runtime/core/sqlite/inspect.ts";
import { SqlError } from "../../../runtime/core/sqlite/sql-error.ts";
import { temporarySite } from "./temporary-site.ts";

const SQL = `
  create table kinds (id integer primary key, name text);
  insert into kinds values (1, 'one'), (2, 'two');
  create table t (id integer primary key, kind_id integer references kinds(id), day text, price real, word text, note text, data blob, _odd text);
  with recursive n(i) as (values (1) union all select i + 1 from n where i < 1000)
    insert into t select i, 1 + (i % 4 = 0), date('2024-01-01', '+' || (i % 366) || ' days'), i / 10.0,
      'w' || (i % 3), iif(i % 2, null, ''), x'00', 'odd' from n;
  create table big (id integer primary key, n integer);
  with recursive n(i) as (values (1) union all select i + 1 from n where i < 60000)
    insert into big select i * 7, i % 100 from n;
  create table secret (id integer primary key, zqword text);
  insert into secret values (1, 'zqsecret');
  create table long (id integer primary key, body text);
  with recursive n(i) as (values (1) union all select i + 1 from n where i < 500)
    insert into long select i, printf('%.200c', 'x') || (100 + i % 250) || printf('%.50c', 'y') from n;
  create view some as select price, word from t where id <= 10;`;

const site = temporarySite(SQL);
const hidden = temporarySite(SQL, {
  config: { config: { databases: { data: { tables: { secret: { allow: false } } } } } },
  version: 1,
});
const [database] = hidden.site.databases;
const connection = await hidden.site.databases[0]!.connect();
database!.inspection!.summaries = summarizeTables(connection, database!.inspection!, 5000);
afterAll(() => {
  site.close();
  hidden.close();
});

async function summaries(table: string, from = site) {
  const answer = await (
    await from.get(`/data/${table}.json?_extra=column_summaries&_size=0`)
  ).json();
  const { sample, columns } = answer.column_summaries as {
    sample: number | null;
    columns: ColumnSummary[];
  };
  return { sample, of: (name: string) => columns.find((column) => column.name === name)! };
}

describe("The summary of a column", () => {
  test("of numbers has what SQL says, and bins with round edges that hold every value", async () => {
    const price = (await summaries("t")).of("price");
    expect(price).toMatchObject({ kind: "number", rows: 1000, missing: 0, distinct: 1000 });
    expect(price.range).toEqual({ min: 0.1, median: 50.05, max: 100 });
    const { edges, counts } = price.histogram!;
    expect(edges.slice(0, 3)).toEqual([0, 5, 10]);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(1000);
    expect(counts[1]).toBe(50);
  });

  test("of dates has months", async () => {
    const { histogram, range, kind } = (await summaries("t")).of("day");
    expect(kind).toBe("date");
    expect(range).toEqual({ min: "2024-01-01", median: expect.any(String), max: "2024-12-31" });
    expect(histogram!.edges).toHaveLength(13);
    expect(histogram!.edges.slice(0, 2)).toEqual(["2024-01-01", "2024-02-01"]);
  });

  test("of text has the commonest values, of keys no range, of BLOBs their number", async () => {
    const { of } = await summaries("t");
    expect(of("word").values).toEqual([
      ["w1", 334],
      ["w0", 333],
      ["w2", 333],
    ]);
    expect(of("kind_id")).toMatchObject({
      values: [
        [1, 750],
        [2, 250],
      ],
    });
    expect(of("kind_id").range).toBeUndefined();
    expect(of("note")).toMatchObject({ kind: "empty", missing: 500, empty: 500 });
    expect(of("data")).toMatchObject({ kind: "blob", distinct: 0 });
  });

  test("tells long texts apart that begin and end alike", async () => {
    expect((await summaries("long")).of("body").distinct).toBe(250);
  });

  test("of a large table is of rows from everywhere in it, and says so", async () => {
    const { sample, of } = await summaries("big");
    expect(sample).toBe(20_000);
    expect(of("n")).toMatchObject({ distinct: 100, range: { min: 0, max: 99 } });
  });

  test("is there for views", async () => {
    expect((await summaries("some")).of("price")).toMatchObject({ rows: 10 });
  });
});

describe("Published summaries", () => {
  test("are those that were made when the version was published", async () => {
    expect((await summaries("t", hidden)).of("price").range).toEqual({
      min: 0.1,
      median: 50.05,
      max: 100,
    });
    expect(database!.inspection!.summaries!.length).toBeLessThan(4000);
  });

  test("of a private table are nowhere", async () => {
    for (const path of ["/data/secret/-/columns", "/data/secret.json?_extra=column_summaries"]) {
      const answer = await hidden.get(path);
      expect(answer.status).toBe(403);
      expect(await answer.text()).not.toContain("zq");
    }
  });

  test("that are damaged are made anew", async () => {
    const broken = temporarySite(SQL, { version: 1 });
    broken.site.databases[0]!.inspection!.summaries = "bm8=";
    expect((await summaries("t", broken)).of("price").rows).toBe(1000);
    broken.close();
  });
});

describe("The page about the columns", () => {
  test("leads to the rows of each value, with the filters that there are", async () => {
    const page = await (await site.get("/data/t/-/columns?word=w1&_next=5&price__gte=3")).text();
    expect(page).toContain('href="/data/t?word=w1&amp;price__gte=3&amp;kind_id=2"');
    expect(page).toContain('href="/data/t?word=w1&amp;price__gte=5&amp;price__lt=10"');
    expect(page).toContain(">two</a>");
    expect(page).toContain('name="price__gte" value="3"');
    expect(page).toContain('href="/data/t?price__gte=3&amp;word=w0"');
  });

  test("has links that give as many rows as they say", async () => {
    const page = await (await site.get("/data/t/-/columns")).text();
    const bins = [
      ...page.matchAll(
        /<a href="\/data\/t\?((?:price|day)__gte[^"]+)"[^>]*aria-label="[^"]*: ([\d,]+) rows?"/g,
      ),
    ];
    expect(bins.length).toBeGreaterThan(25);
    for (const [, query, count] of bins.slice(0, 30)) {
      const answer = await site.get(
        `/data/t.json?${query!.replaceAll("&amp;", "&")}&_size=0&_extra=count`,
      );
      expect({ query, count: (await answer.json()).count }).toEqual({
        query,
        count: Number(count!.replaceAll(",", "")),
      });
    }
  });
});

test("Summaries that could not be found out in time are looked for again", async () => {
  const served = temporarySite(
    "create table t (id integer primary key); insert into t values (1);",
  );
  const opened = await served.site.databases[0]!.connect();
  const { query } = opened;
  opened.query = (sql, ...rest) => {
    // As the guard ends what takes too long.
    if (/^select \S+ from \S+$/.test(sql)) throw new SqlError("interrupted", true);
    return query.call(opened, sql, ...rest);
  };
  const asked = async () => {
    const response = await served.get("/data/t.json?_extra=column_summaries&_size=0");
    return ((await response.json()) as { column_summaries: unknown }).column_summaries;
  };
  expect(await asked()).toBeNull();
  opened.query = query;
  expect(await asked()).toMatchObject({ sample: null });
  served.close();
});
