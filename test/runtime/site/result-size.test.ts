import { afterAll, describe, expect, test } from "vitest";
import { readRows, resultLimit } from "../../../runtime/core/sqlite/read-rows.ts";
import { temporarySite } from "./temporary-site.ts";

const MEGABYTE = 1024 * 1024;

const numbers = (count: number) =>
  `with recursive n(i) as (values (1) union all select i + 1 from n where i < ${count})`;

/** 40 rows of 1 MB; every byte of `quotes` doubles in CSV and HTML. */
const site = temporarySite(
  `create table large (id integer primary key, text text);
   ${numbers(40)} insert into large select i, replace(hex(zeroblob(${MEGABYTE / 2})), '0', 'x') from n;
   create table blobs (id integer primary key, bytes blob);
   ${numbers(40)} insert into blobs select i, zeroblob(${MEGABYTE}) from n;
   create view seen as select * from large;
   create table small (id integer primary key);`,
  { version: 1, config: { settings: { sql_time_limit_ms: "20000" } } },
);
afterAll(() => site.close());

const QUOTES = `replace(hex(zeroblob(${2 * MEGABYTE})), '0', '"')`;
const FOURTEEN = `${numbers(14)} select i, ${QUOTES} as quotes from n`;

const query = (format: string, sql: string) =>
  site.get(`/data/-/query.${format}?sql=${encodeURIComponent(sql)}`);

describe("An answer has at most 16 MB of values", () => {
  test("of a query: JSON has the rows that fit and says that there are more", async () => {
    const body = (await (await query("json", FOURTEEN)).json()) as {
      rows: { i: number }[];
      truncated: boolean;
    };
    expect(body.rows.map(({ i }) => i)).toEqual([1, 2, 3]);
    expect(body.truncated).toBe(true);
  });

  test("of a query: CSV of quotes is made quickly, and its last line says so", async () => {
    const text = await (await query("csv", FOURTEEN)).text();
    expect(text.slice(0, 21)).toBe(`i,quotes\r\n1,"""""""""`);
    expect(text.length).toBeGreaterThan(16 * MEGABYTE);
    expect(text).toMatch(
      /"\r\nThese are the first 3 rows: the result is larger than 16777216 bytes$/,
    );
  });

  test.each(["large", "blobs", "seen"])(
    "of %s: its pages are shorter, and together they have every row once",
    async (table) => {
      const found: number[] = [];
      let pages = 0;
      for (let path: string | null = `/data/${table}.json?_size=40`; path !== null; pages++) {
        const body = (await (await site.get(path)).json()) as {
          rows: { id: number }[];
          truncated: boolean;
          next_url: string | null;
        };
        expect(body.truncated).toBe(body.next_url !== null);
        found.push(...body.rows.map(({ id }) => id));
        path = body.next_url?.replace("http://localhost", "") ?? null;
      }
      expect(found).toEqual(Array.from({ length: 40 }, (_, index) => index + 1));
      expect(pages).toBe(3);
    },
  );

  test("a stream of CSV has all rows, whatever their size", async () => {
    const text = await (await site.get("/data/large.csv?_stream=1&_col=id&_size=max")).text();
    expect(text.split("\r\n").length).toBe(42);
    const whole = await (await site.get("/data/large.csv?_stream=1")).text();
    expect(whole.match(/^\d+,/gm)?.length).toBe(40);
  });

  test("small answers are not touched", async () => {
    const body = await (await site.get("/data/small.json")).json();
    expect(body).toMatchObject({ rows: [], truncated: false });
  });
});

test("the first row is read however large it is", () => {
  const statement = { all: () => [], iterate: () => [["x".repeat(100)], ["y"]] };
  const { rows, truncated } = readRows(statement, ["a"], {}, { maxBytes: 10 });
  expect([rows.length, truncated]).toEqual([1, true]);
});

test("names of columns are part of each row: JSON repeats them", () => {
  const statement = { all: () => [], iterate: () => Array(100).fill(["y"]) };
  const { rows, truncated } = readRows(statement, ["x".repeat(1000)], {}, { maxBytes: 10_000 });
  expect([rows.length, truncated]).toEqual([9, true]);
});

test("a function with little memory has smaller answers", () => {
  const limit = (megabytes: string) =>
    resultLimit({ AWS_LAMBDA_FUNCTION_MEMORY_SIZE: megabytes }) / MEGABYTE;
  expect([limit("128"), limit("512"), limit("1024"), limit("3008")]).toEqual([0.5, 6.5, 14.5, 16]);
  expect(resultLimit({}) / MEGABYTE).toBe(16);
});
