import { afterAll, describe, expect, test } from "vitest";
import { temporarySite } from "./temporary-site.ts";

/** More than SQLite allows columns in a statement: https://www.sqlite.org/limits.html#max_column */
const TABLES = 2500;

const sql = Array.from(
  { length: TABLES },
  (_, index) => `
    create table t${index} (id integer primary key, name text, hub_id integer references t0(id));
    insert into t${index} values (1, 'a', 1);`,
).join("");

describe(`A database of ${TABLES} tables`, () => {
  const site = temporarySite(`pragma foreign_keys = off; begin; ${sql} commit;`, {
    version: 1,
    config: { settings: { sql_time_limit_ms: "20000", trace_debug: "1" } },
  });
  afterAll(() => site.close());

  const json = async (path: string) => (await site.get(path)).json();

  test("is read with a fixed number of statements a table", async () => {
    const { _trace: trace, tables } = await json("/data.json?_trace=1");
    expect(tables).toHaveLength(TABLES);
    expect(trace.num_traces).toBeLessThan(3 * TABLES);
    const { _trace: again } = await json("/data.json?_trace=1");
    expect(again.num_traces).toBeLessThan(10);
  });

  test("asks SQLite only once for what makes it go through all tables", async () => {
    const fresh = temporarySite(`pragma foreign_keys = off; begin; ${sql} commit;`, {
      config: { settings: { trace_debug: "1" } },
    });
    const { _trace: trace } = await (await fresh.get("/data.json?_trace=1")).json();
    const slow = trace.traces.filter(({ sql: text }: { sql: string }) =>
      /sqlite_master|pragma_table_list/.test(text),
    );
    fresh.close();
    expect(slow.length).toBeLessThan(10);
  });

  test("counts the references from all of them", async () => {
    const { foreign_key_tables: references } = await json(
      "/data/t0/1.json?_extra=foreign_key_tables",
    );
    expect(references).toHaveLength(TABLES);
    expect(references.every(({ count }: { count: number }) => count === 1)).toBe(true);
  });
});
