import { afterAll, describe, expect, test } from "vitest";
import { temporarySite } from "./temporary-site.ts";

const ENDLESS =
  "with recursive n(i) as (values (1) union all select i + 1 from n) select count(*) from n";

describe("A query cannot hurt the service", () => {
  const site = temporarySite("create table t (id integer primary key); insert into t values (1);", {
    config: { settings: { sql_time_limit_ms: "50", max_returned_rows: "3" } },
  });
  afterAll(() => site.close());
  const query = (sql: string) => site.get(`/data/-/query.json?sql=${encodeURIComponent(sql)}`);

  test("one that does not end is ended, and the next one is answered", async () => {
    const answer = await query(ENDLESS);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({
      ok: false,
      error:
        "SQL query took too long. The time limit is controlled by the sql_time_limit_ms setting.",
    });
    expect(await (await query("select 1 as one")).json()).toMatchObject({ rows: [{ one: 1 }] });
  });

  test("_timelimit makes the limit smaller, never larger", async () => {
    const path = `/data/-/query.json?sql=${encodeURIComponent(ENDLESS)}&_timelimit=100000`;
    expect((await site.get(path)).status).toBe(400);
  });

  test("more rows than allowed are cut off, and that is said", async () => {
    const sql = "select value from json_each('[1,2,3,4,5]')";
    expect(await (await query(sql)).json()).toEqual({
      ok: true,
      rows: [{ value: 1 }, { value: 2 }, { value: 3 }],
      truncated: true,
    });
  });

  test.each([
    "insert into t values (2)",
    "attach database '/tmp/x' as x",
    "select load_extension('x')",
    "select * from pragma_journal_mode('wal')",
    "with x as (select 1) delete from t",
  ])("%s is refused", async (sql) => {
    expect((await query(sql)).status).toBe(400);
    expect(site.database.prepare("select count(*) from t").pluck().get()).toBe(1);
  });

  test("a sort that takes too long says which index would help", async () => {
    const large = temporarySite(
      `create table t (id integer primary key, name text, kind text);
       create index t_kind on t (kind);
       with recursive n(i) as (values (1) union all select i + 1 from n where i < 60000)
       insert into t select i, hex(randomblob(300)), i % 7 from n;`,
      { config: { settings: { sql_time_limit_ms: "1" } } },
    );
    const advice =
      "Sorting by name was stopped: it has no index, so all rows have to be read. " +
      "An index makes it quick: create index t_name on t (name)";
    expect((await (await large.get("/data/t.json?_sort=name")).json()).error).toContain(advice);
    expect(await (await large.get("/data/t?_sort_desc=name")).text()).toContain(advice);
    const filtered = await large.get("/data/t.json?_sort=kind&name__like=%25x%25");
    expect(await filtered.text()).not.toContain("create index");
    large.close();
  });

  test("names of columns, which are chosen in the SQL, count as what they are in an answer", async () => {
    const long = "x".repeat(6000);
    const stars = Array(40).fill("*").join(", ");
    const many = await query(`select ${stars} from (select 1 as "${long}")`);
    expect(many.status).toBe(400);
    expect(await many.json()).toMatchObject({
      error: "The names of the columns are too long together",
    });
    expect((await query(`select 1 as "${long}"`)).status).toBe(200);
  });

  test("SQL in _where is held to the same limits", async () => {
    const where = encodeURIComponent(`id in (${ENDLESS})`);
    expect((await site.get(`/data/t.json?_where=${where}`)).status).toBe(400);
  });
});

test("without the guard visitors cannot run SQL of their own, and are told why", async () => {
  const site = temporarySite("create table t (id integer primary key);", { guard: false });
  try {
    for (const path of ["/data/-/query.json?sql=select+1", "/data/t.json?_where=1"]) {
      const answer = await site.get(path);
      expect(answer.status).toBe(400);
      expect(await answer.json()).toMatchObject({
        error: "Custom SQL is off because the SQLite guard is not installed",
      });
    }
    expect((await site.get("/data/t.json?id=1")).status).toBe(200);
  } finally {
    site.close();
  }
});

test("a file that changes is served as it is now", async () => {
  const site = temporarySite("create table t (id integer primary key);");
  try {
    const get = async (path: string) => (await site.get(path)).json();
    expect(await get("/data/t.json?_extra=count,columns")).toMatchObject({ count: 0 });
    site.database.exec("insert into t values (1); alter table t add column added default 'x';");
    expect(await get("/data/t.json?_extra=count,columns")).toMatchObject({
      count: 1,
      columns: ["id", "added"],
      rows: [{ id: 1, added: "x" }],
    });
    site.database.exec("drop table t");
    expect((await site.get("/data/t.json")).status).toBe(404);
  } finally {
    site.close();
  }
});
