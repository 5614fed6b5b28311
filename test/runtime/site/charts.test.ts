import Database from "better-sqlite3";
import { afterAll, describe, expect, test } from "vitest";
import { Connection } from "../../../runtime/core/sqlite/connection.ts";
import { guardFile } from "../../../src/paths.ts";
import { temporarySite } from "./temporary-site.ts";

interface Answer {
  chart: Record<string, string | null> | null;
  rows: number;
  marks: { x: unknown; x2?: number; color?: unknown; value: number; is_other?: boolean }[];
  sql: string | null;
  error?: string;
}

const site = temporarySite(
  `create table kinds (id integer primary key, name text);
   insert into kinds values (1, 'one'), (2, 'two'), (3, 'three');
   create table t (id integer primary key, kind_id integer references kinds(id), day text, price real, flag integer, word text);
   with recursive n(i) as (values (1) union all select i + 1 from n where i < 3000)
     insert into t select i, 1 + i % 3, date('2024-01-01', '+' || (i % 366) || ' days'), i / 10.0, i % 2, 'w' || (i % 30) from n;
   insert into t values (3001, null, null, 'no number', null, null);`,
  {
    config: {
      config: {
        databases: { data: { queries: { q: "select kind_id, price from t where id <= :most" } } },
      },
    },
  },
);
afterAll(() => site.close());

const chart = async (path: string): Promise<Answer> => (await site.get(path)).json();
const value = (sql: string) => site.database.prepare(sql).pluck().get();

describe("A chart", () => {
  test("is of all rows, whatever the page shows", async () => {
    const { marks, rows } = await chart(
      "/data/t/-/chart.json?_chart=bar&_x=kind_id&_size=10&_next=20",
    );
    expect(rows).toBe(3001);
    expect(marks).toEqual(
      [
        { x: "one", value: 1000 },
        { x: "two", value: 1000 },
        { x: "three", value: 1000 },
        { x: null, value: 1 },
      ].map((mark) => expect.objectContaining(mark)),
    );
  });

  test("is of the rows that the filters leave", async () => {
    const { marks, rows } = await chart(
      "/data/t/-/chart.json?_chart=bar&_x=kind_id&id__lte=300&kind_id=2",
    );
    expect(rows).toBe(100);
    expect(marks).toMatchObject([{ x: "two", value: 100 }]);
  });

  test.each([
    ["sum", "select sum(price) from t where kind_id = 1 and typeof(price) != 'text'"],
    ["avg", "select avg(price) from t where kind_id = 1"],
    ["min", "select min(price) from t where kind_id = 1"],
    ["max", "select max(price) from t where kind_id = 1"],
  ])("aggregates with %s", async (aggregate, sql) => {
    const { marks } = await chart(
      `/data/t/-/chart.json?_chart=bar&_x=kind_id&_y=price&_aggregate=${aggregate}`,
    );
    expect(marks.find(({ x }) => x === "one")?.value).toBeCloseTo(value(sql) as number, 6);
    // Text is no number.
    expect(marks.some(({ x }) => x === null)).toBe(false);
  });

  test("knows medians of even and odd numbers of values", async () => {
    const medians = async (where: string) =>
      (
        await chart(
          `/data/t/-/chart.json?_chart=bar&_x=kind_id&_y=price&_aggregate=median&${where}`,
        )
      ).marks;
    // 0.3, 0.6, 0.9 and then 1.2 as well
    expect((await medians("kind_id=1&id__lte=11"))[0]?.value).toBeCloseTo(0.6);
    expect((await medians("kind_id=1&id__lte=12"))[0]?.value).toBeCloseTo(0.75);
  });

  test("shares add up to a hundred", async () => {
    const { marks } = await chart(
      "/data/t/-/chart.json?_chart=bar&_x=word&_y=price&_aggregate=share&_color=flag",
    );
    expect(marks.reduce((sum, mark) => sum + mark.value, 0)).toBeCloseTo(100, 6);
  });

  test("takes what is beyond 20 groups together, so that nothing is lost", async () => {
    const { marks } = await chart("/data/t/-/chart.json?_chart=bar&_x=word");
    expect(marks.filter((mark) => !mark.is_other && mark.x !== null)).toHaveLength(20);
    expect(marks.find((mark) => mark.is_other)?.value).toBe(1000);
    expect(marks.reduce((sum, mark) => sum + mark.value, 0)).toBe(3001);
  });

  test.each([
    ["day", 366],
    ["week", 53],
    ["month", 12],
    ["year", 1],
  ])("takes dates together by %s", async (unit, steps) => {
    const { marks } = await chart(`/data/t/-/chart.json?_chart=line&_x=day&_unit=${unit}`);
    expect(marks).toHaveLength(steps);
    expect(marks[0]?.x).toBe("2024-01-01");
    expect(marks.reduce((sum, mark) => sum + mark.value, 0)).toBe(3000);
  });

  test("of a number has bins that hold every row", async () => {
    const { marks } = await chart("/data/t/-/chart.json?_chart=histogram&_x=price");
    expect(marks.map(({ x, x2 }) => [x, x2])).toEqual(
      Array.from({ length: 31 }, (_, at) => [10 * at, 10 * at + 10]),
    );
    expect(marks.reduce((sum, mark) => sum + mark.value, 0)).toBe(3000);
    const flags = await chart("/data/t/-/chart.json?_chart=histogram&_x=flag");
    expect(flags.marks).toMatchObject([
      { x: 0, x2: 1 },
      { x: 1, x2: 2 },
    ]);
  });

  test("of whole numbers has bins of equally many of them, so that an even spread looks even", async () => {
    const sql =
      "with recursive n(i) as (select 0 union all select i + 1 from n where i < 84) select i from n";
    const path = `/data/-/query/chart.json?sql=${encodeURIComponent(sql)}&_chart=histogram&_x=i`;
    const { marks } = await chart(path);
    expect(marks.map(({ value }) => value)).toEqual(Array(17).fill(5));
  });

  test("of points says how many rows there are", async () => {
    const { marks, rows } = await chart("/data/t/-/chart.json?_chart=scatter&_x=price&_y=id");
    expect([marks.length, rows]).toEqual([3000, 3001]);
  });

  test("of a query is of all its rows, and of parameters", async () => {
    const sql = encodeURIComponent("select kind_id as a, price as a from t -- all");
    const custom = await chart(`/data/-/query/chart.json?sql=${sql}&_chart=bar&_x=a`);
    expect(custom.rows).toBe(3001);
    const stored = await chart("/data/q/-/chart.json?most=30&_chart=bar&_x=kind_id");
    expect(stored).toMatchObject({ rows: 30, sql: null });
  });

  test("shows SQL that gives the same marks", async () => {
    const path = "/data/t/-/chart.json?_chart=bar&_x=word&_y=price&_aggregate=median&id__gt=5";
    const answer = await chart(path);
    const query = new URLSearchParams({ sql: answer.sql ?? "", p0: "5" });
    const { rows } = await (await site.get(`/data/-/query.json?${query}`)).json();
    expect(rows.map((row: { value: number }) => row.value)).toEqual(
      answer.marks.map((mark) => mark.value),
    );
  });

  test.each([
    ["/data/t/-/chart.json?_chart=pie&_x=id", "_chart must be one of"],
    ["/data/t/-/chart.json?_chart=bar", "_x is needed"],
    ["/data/t/-/chart.json?_chart=bar&_x=nope", "no column nope"],
    ["/data/t/-/chart.json?_chart=scatter&_x=id", "_y is needed"],
    ["/data/-/query/chart.json?sql=explain+select+1", "no chart"],
    ["/data/-/query/chart.json?sql=select+nope", "no such column"],
    ["/data/-/query/chart.json?sql=delete+from+t", "must be a SELECT"],
  ])("%s is refused", async (path, message) => {
    const answer = await site.get(path);
    expect(answer.status).toBe(400);
    expect((await answer.json()).error).toContain(message);
  });
});

test("a chart takes no longer than a query may", async () => {
  const slow = temporarySite("create table t (id integer); insert into t values (1)", {
    config: { settings: { sql_time_limit_ms: "50" } },
  });
  const sql =
    "with recursive n(i) as (select 1 union all select i + 1 from n limit 50000000) select i from n";
  const answer = await slow.get(
    `/data/-/query/chart.json?sql=${encodeURIComponent(sql)}&_chart=histogram&_x=i`,
  );
  slow.close();
  expect(answer.status).toBe(400);
  expect((await answer.json()).error).toContain("took too long");
});

describe("The first chart of a real table", () => {
  const file = new URL("../../../examples/northwind.db", import.meta.url).pathname;
  const connection = new Connection(file, { immutable: true, guardFile: guardFile() });
  const northwind = temporarySite("");
  Object.assign(northwind.site.databases[0]!, { connect: async () => connection });
  afterAll(() => {
    connection.close();
    northwind.close();
  });

  test.each([
    ["categories", null],
    ["customers", { kind: "line", x: "since", aggregate: "count" }],
    ["employees", { kind: "line", x: "hired", aggregate: "count" }],
    ["order_lines", { kind: "bar", x: "product_id", aggregate: "count" }],
    ["orders", { kind: "line", x: "ordered_at", unit: "month", aggregate: "count" }],
    ["products", { kind: "bar", x: "category_id", aggregate: "count" }],
    ["shippers", { kind: "histogram", x: "price_per_kg" }],
    ["suppliers", null],
    ["monthly_sales", { kind: "line", x: "month" }],
    ["order_totals", { kind: "line", x: "ordered_at", unit: "month", aggregate: "count" }],
  ])("%s is %j", async (table, expected) => {
    const answer = await (await northwind.get(`/data/${table}/-/chart.json`)).json();
    if (expected === null) expect(answer.chart).toBeNull();
    else expect(answer.chart).toMatchObject(expected);
  });

  test("says the same as the facet beside it", async () => {
    const database = new Database(file, { readonly: true });
    const counts = database
      .prepare("select count(*) from products group by category_id order by 1 desc")
      .pluck()
      .all();
    database.close();
    const { marks } = await (
      await northwind.get("/data/products/-/chart.json?_chart=bar&_x=category_id")
    ).json();
    expect(marks.map((mark: { value: number }) => mark.value)).toEqual(counts);
  });
});

describe("Of odd values", () => {
  const odd = temporarySite(
    `create table t (id integer primary key, x, day, huge integer, same real, step real);
     with recursive n(i) as (values (1) union all select i + 1 from n where i < 1000)
       insert into t select i, iif(i % 4 = 0, 'text ' || i, i), '2024-01-' || substr('0' || (1 + i % 28), -2), 9007199254740993 + i, 0.5, (i % 10) / 10.0 from n;
     update t set huge = 9223372036854775807 where id <= 2;
     insert into t (id, x, day) values (2000, 9e999, 'now'), (2001, -9e999, '12:00'), (2002, null, 5),
       (2003, '', '01.02.2024'), (2004, x'00', '2024-02-30'), (2005, 2, null);
     create table many (id integer primary key, at real, v integer);
     with recursive n(i) as (values (1) union all select i + 1 from n where i < 7000)
       insert into many select i, i / 7.0, 1 from n;`,
  );
  afterAll(() => odd.close());
  const of = async (path: string): Promise<Answer & { rows_used: number; steps: number }> =>
    (await odd.get(path)).json();

  test("it says how many rows are in the picture", async () => {
    const sums = await of("/data/t/-/chart.json?_chart=bar&_x=same&_y=x&_aggregate=median");
    expect(sums).toMatchObject({ rows: 1006, rows_used: 753 });
    const spread = await of("/data/t/-/chart.json?_chart=histogram&_x=x");
    expect(spread).toMatchObject({ rows: 1006, rows_used: 751 });
    const points = await of("/data/t/-/chart.json?_chart=scatter&_x=x&_y=same");
    expect(points).toMatchObject({ rows: 1006, rows_used: 750 });
  });

  test("nothing is taken for a date that is none", async () => {
    const days = await of("/data/t/-/chart.json?_chart=line&_x=day&_unit=month");
    expect(days.marks.map(({ x, value }) => [x, value])).toEqual([
      ["2024-01-01", 1000],
      ["2024-03-01", 1],
    ]);
    expect(days.rows_used).toBe(1001);
  });

  test("sums may leave 64 bits", async () => {
    const { marks } = await of("/data/t/-/chart.json?_chart=bar&_x=same&_y=huge&_aggregate=sum");
    expect(marks[0]!.value).toBeCloseTo(2 * 2 ** 63 + 998 * 2 ** 53, -8);
  });

  test("one value has one bin, and values between bins are in the right one", async () => {
    const same = await of("/data/t/-/chart.json?_chart=histogram&_x=same");
    expect(same.marks).toEqual([{ x: 0, x2: 1, value: 1000 }]);
    const step = await of("/data/t/-/chart.json?_chart=histogram&_x=step");
    expect(step.marks.map(({ value }) => value)).toEqual(Array(10).fill(100));
  });

  test("a line with too many points says so", async () => {
    const line = await of("/data/many/-/chart.json?_chart=line&_x=at&_y=v");
    expect([line.marks.length, line.steps]).toEqual([5000, 7000]);
  });
});
