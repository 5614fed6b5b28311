import fc from "fast-check";
import { expect, test } from "vitest";
import { quoteAlways } from "../../../runtime/core/names.ts";
import { parseExactJson } from "../../../runtime/site/queries/json-values.ts";
import { temporarySite } from "./temporary-site.ts";

type Value = null | bigint | number | string | Uint8Array;

interface Table {
  sql: string;
  columns: string[];
  /** Columns of the primary key; ["rowid"] without one. */
  keys: string[];
  hasRowid: boolean;
  rows: Value[][];
}

/** Tables with every kind of key that SQLite has. */
const KEYS = [
  { sql: "id integer primary key", columns: ["id"], end: "" },
  { sql: "id text primary key", columns: ["id"], end: "" },
  { sql: "id text primary key", columns: ["id"], end: " without rowid" },
  { sql: "id primary key", columns: ["id"], end: "" },
  { sql: "id real primary key", columns: ["id"], end: "" },
  { sql: "id", columns: [], end: "" },
  { sql: "id integer, k2 text, primary key (k2, id)", columns: ["k2", "id"], end: "" },
  {
    sql: "id blob, k2 integer, primary key (id, k2)",
    columns: ["id", "k2"],
    end: " without rowid",
  },
];

const COLUMN_TYPES = [
  "integer",
  "text",
  "real",
  "numeric",
  "blob",
  "",
  "varchar(20)",
  "decimal(8,2)",
];

const value: fc.Arbitrary<Value> = fc.oneof(
  { weight: 2, arbitrary: fc.constant(null) },
  { weight: 4, arbitrary: fc.integer({ min: -5, max: 5 }).map(BigInt) },
  { weight: 2, arbitrary: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }) },
  { weight: 2, arbitrary: fc.constantFrom(0.5, -0.5, 1e20, 1e-7, 3, Infinity, -Infinity) },
  {
    weight: 4,
    arbitrary: fc.constantFrom("", "a", "A", "b", "é", "12", "1.0", "a,b", "~$null", "$null", "%"),
  },
  { weight: 1, arbitrary: fc.string({ maxLength: 4 }).map((text) => text.replaceAll("\0", "")) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 3 }) },
);

const table: fc.Arbitrary<Table> = fc
  .tuple(
    fc.constantFrom(...KEYS),
    fc.array(fc.constantFrom(...COLUMN_TYPES), { minLength: 1, maxLength: 3 }),
  )
  .chain(([key, types]) => {
    const extra = key.sql.includes("k2") ? ["id", "k2"] : ["id"];
    const columns = [...extra, ...types.map((_, index) => `c${index}`)];
    const [before, constraint] = key.sql.split(/, (?=primary)/);
    const definitions = [before, ...types.map((type, index) => `c${index} ${type}`), constraint];
    const name = definitions.filter((definition) => definition !== undefined).join(", ");
    return fc.record({
      sql: fc.constant(`create table t (${name})${key.end}`),
      columns: fc.constant(columns),
      keys: fc.constant(key.columns.length === 0 ? ["rowid"] : key.columns),
      hasRowid: fc.constant(key.end === ""),
      rows: fc.array(fc.tuple(...columns.map(() => value)), { maxLength: 25 }),
    });
  });

const OPERATORS: Record<string, (column: string) => string> = {
  exact: (column) => `${column} = ?`,
  not: (column) => `${column} != ?`,
  glob: (column) => `${column} glob ?`,
  like: (column) => `${column} like ?`,
  isnull: (column) => `${column} is null and ? is not null`,
  notnull: (column) => `${column} is not null and ? is not null`,
};

const question = fc.record({
  size: fc.integer({ min: 1, max: 7 }),
  sort: fc.option(fc.tuple(fc.nat(), fc.boolean())),
  filters: fc.array(
    fc.tuple(
      fc.nat(),
      fc.constantFrom(...Object.keys(OPERATORS)),
      fc.constantFrom("a", "A", "12", "0.5", "3", "*", "%a%", "b"),
    ),
    { maxLength: 2 },
  ),
});

test("the rows over all pages are SQL's own answer, each row once, in its order", async () => {
  await fc.assert(
    fc.asyncProperty(table, question, async (generated, { size, sort, filters }) => {
      const { sql, columns, keys, hasRowid, rows } = generated;
      const site = temporarySite(sql);
      try {
        const insert = site.database.prepare(
          `insert or ignore into t values (${columns.map(() => "?").join(", ")})`,
        );
        for (const row of rows) {
          try {
            insert.run(row);
          } catch {
            // Not every value goes into every column: the others are enough.
          }
        }
        const nameOf = (index: number) => columns[index % columns.length]!;
        const terms = [...keys.map(quoteAlways), ...(hasRowid ? ["rowid"] : [])];
        if (sort !== null) terms.unshift(quoteAlways(nameOf(sort[0])) + (sort[1] ? " desc" : ""));
        const where = filters.map(([index, operator]) =>
          OPERATORS[operator]!(quoteAlways(nameOf(index))),
        );
        const expected = site.database
          .prepare(
            `select * from t where ${["1", ...where].join(" and ")} order by ${terms.join(", ")}`,
          )
          .raw()
          .safeIntegers()
          .all(filters.map(([, , text]) => text)) as Value[][];

        const query = new URLSearchParams({ _size: String(size) });
        if (sort !== null) query.set(sort[1] ? "_sort_desc" : "_sort", nameOf(sort[0]));
        for (const [index, operator, text] of filters) {
          query.append(`${nameOf(index)}__${operator}`, text);
        }
        const found: unknown[] = [];
        let url: string | null = `/data/t.json?${query}`;
        for (let page = 0; url !== null; page++) {
          expect(page).toBeLessThan(40);
          const answer = await site.get(url);
          const text = await answer.text();
          expect(answer.status, `${url} ${text}`).toBe(200);
          const body = parseExactJson(text) as {
            rows: Record<string, unknown>[];
            next_url: string | null;
          };
          found.push(...body.rows.map((row) => columns.map((column) => row[column])));
          url = body.next_url?.replace("http://localhost", "") ?? null;
        }
        expect(found).toEqual(expected.map((row) => row.map(asJson)));
      } finally {
        site.close();
      }
    }),
    { numRuns: 100 },
  );
});

function asJson(value: Value): unknown {
  if (value instanceof Uint8Array) {
    return { $base64: true, encoded: Buffer.from(value).toString("base64") };
  }
  return typeof value === "number" && !Number.isFinite(value) ? null : value;
}
