import type Database from "better-sqlite3";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { RowChange } from "../../../../runtime/core/btree/compare-tables.ts";
import type { SqlValue } from "../../../../runtime/core/sqlite/values.ts";
import { States } from "./states.ts";

/** Each has an `n` to choose rows by, and a `v`. */
const TABLES: Record<string, string> = {
  numbered: "create table numbered (id integer primary key, n int, v)",
  plain: "create table plain (n int, v)",
  named: "create table named (k text primary key, n int, v, w real default 1.5)",
  compact:
    "create table compact (a text, n int, v, primary key (n desc, a collate nocase)) without rowid",
};

const INSERT: Record<string, string> = {
  numbered: "insert or ignore into numbered (id, n, v) values (:n * 7 % 1000, :n, :v)",
  plain: "insert into plain (n, v) values (:n, :v)",
  named: "insert or ignore into named (k, n, v, w) values ('key' || :n, :n, :v, :n)",
  compact: "insert or ignore into compact (a, n, v) values ('Ab' || :n % 3, :n, :v)",
};

const table = fc.constantFrom(...Object.keys(TABLES));
const value = fc.oneof(
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }).filter((number) => !Object.is(number, -0)),
  fc.constant(null),
  fc.string({ maxLength: 12 }),
  // Long ones go on on further pages, and equal lengths are overwritten in place.
  fc.constantFrom(400, 3000, 9000).map((length) => "x".repeat(length)),
  fc.tuple(fc.constantFrom(3000, 9000), fc.nat(255)).map(([length, byte]) => {
    const bytes = Buffer.alloc(length, 7);
    bytes[length - 1] = byte;
    return bytes;
  }),
);
const n = fc.nat(600);
const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ op: fc.constant("insert"), table, n, count: fc.nat(60), value }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ op: fc.constant("update"), table, n, count: fc.nat(10), value }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ op: fc.constant("delete"), table, n, count: fc.nat(80), value }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      op: fc.constantFrom("tail", "rekey", "empty", "again", "column", "vacuum", "swap"),
      table,
      n,
      count: n,
      value,
    }),
  },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

function run(database: Database.Database, { op, table, n, count, value }: Step): void {
  const exec = (sql: string, values: object = {}) => database.prepare(sql).run(values);
  switch (op) {
    case "insert":
      for (let at = n; at < n + count; at++) exec(INSERT[table]!, { n: at, v: value });
      return;
    case "update":
      exec(`update ${table} set v = :value where n between :n and :n + :count`, {
        n,
        count,
        value,
      });
      return;
    case "delete":
      exec(`delete from ${table} where n between :n and :n + :count`, { n, count });
      return;
    case "tail":
      // Only the end of a long value is another: the page of the row itself stays as it is.
      exec(
        `update ${table} set v = cast(substr(v, 1, length(v) - 1) || x'41' as blob) where typeof(v) = 'blob' and n >= :n`,
        { n },
      );
      return;
    case "rekey":
      exec(`update or ignore ${table} set n = n + 1 where n between :n and :n + 5`, { n });
      return;
    case "empty":
      exec(`delete from ${table}`);
      return;
    case "again":
      database.exec(
        `create temp table copy as select * from ${table}; drop table ${table}; ${TABLES[table]}`,
      );
      database.exec(`insert into ${table} select ${columnsOf(table)} from copy; drop table copy`);
      return;
    case "column":
      if (
        !database.prepare(`select 1 from pragma_table_info('${table}') where name = 'later'`).get()
      ) {
        database.exec(`alter table ${table} add column later text default 'x'`);
      }
      return;
    case "vacuum":
      database.exec("vacuum");
      return;
    case "swap":
      database.exec(
        "alter table plain rename to other; alter table numbered rename to plain; alter table other rename to numbered",
      );
      database.exec(
        "alter table plain rename to other; alter table numbered rename to plain; alter table other rename to numbered",
      );
      return;
  }
}

function columnsOf(table: string): string {
  return { numbered: "id, n, v", plain: "n, v", named: "k, n, v, w", compact: "a, n, v" }[table]!;
}

test("what the pages tell is what a comparison of all rows finds", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(512, 1024, 4096),
      fc.constantFrom(0, 1, 2),
      fc.array(step, { minLength: 3, maxLength: 12 }),
      fc.array(step, { minLength: 1, maxLength: 5 }),
      async (pageSize, autoVacuum, first, second) => {
        const states = new States(
          `pragma page_size = ${pageSize}; pragma auto_vacuum = ${autoVacuum};`,
        );
        try {
          for (const sql of Object.values(TABLES)) states.database.exec(sql);
          for (const each of first) run(states.database, each);
          const before = states.bytes();
          for (const each of second) run(states.database, each);
          const after = states.bytes();
          for (const name of Object.keys(TABLES)) {
            const found = await states.compare(before, after, name);
            expect(found.stopped).toBeNull();
            const common = found.columns.after.filter((each) =>
              found.columns.before.includes(each),
            );
            // Equal rows without a key are told from each other by their rowids.
            const columns = name === "plain" ? ["rowid", ...common] : common;
            const { gone, came } = states.full(before, name, columns);
            const { rows } = found;
            expect(texts(states.database, rows, "before", found.columns.before, columns)).toEqual(
              gone,
            );
            expect(texts(states.database, rows, "after", found.columns.after, columns)).toEqual(
              came,
            );
          }
        } finally {
          states.close();
        }
      },
    ),
    { numRuns: Number(process.env.RUNS ?? 25) },
  );
});

/** The rows of one side as SQL writes them. */
function texts(
  database: Database.Database,
  rows: readonly RowChange[],
  side: "before" | "after",
  names: readonly string[],
  columns: readonly string[],
): string[] {
  const quote = database.prepare<[SqlValue], string>("select quote(?)").pluck();
  const cellOf = ({ key, [side]: row }: RowChange, name: string) =>
    (name === "rowid" ? key[0] : row![names.indexOf(name)]) ?? null;
  return rows
    .filter(({ [side]: row }) => row !== null)
    .map((row) => columns.map((name) => quote.get(cellOf(row, name))!).join("|"))
    .sort();
}
