import { afterEach, beforeEach, expect, test } from "vitest";
import { States } from "./states.ts";

let states: States;

beforeEach(() => {
  states = new States();
});
afterEach(() => states.close());

test("a change of a large table is found by reading few of its blocks", async () => {
  states.database.exec(`
    create table t (id integer primary key, text text);
    with recursive c(i) as (select 1 union all select i + 1 from c where i < 60000)
    insert into t select i, printf('%0120d', i) from c;
  `);
  const before = states.bytes();
  states.database.exec(
    "update t set text = 'x' where id between 30000 and 30300; delete from t where id = 30100",
  );
  const after = states.bytes();
  const { rows, stopped } = await states.compare(before, after, "t", { blockSize: 64 * 1024 });
  expect([rows.length, stopped]).toEqual([301, null]);
  expect(Math.ceil(after.length / 65536)).toBeGreaterThan(110);
  expect(states.blocksRead).toBeLessThan(25);
});

test("a long value whose end alone is overwritten in place is found", async () => {
  states.database.exec(`
    create table t (id integer primary key, content blob);
    with recursive c(i) as (select 1 union all select i + 1 from c where i < 40)
    insert into t select i, zeroblob(20000) from c;
  `);
  const before = states.bytes();
  states.database.exec(
    "update t set content = cast(zeroblob(19999) || x'01' as blob) where id = 17",
  );
  const { rows } = await states.compare(before, states.bytes(), "t");
  expect(rows.map(({ change, key }) => [change, ...key])).toEqual([["changed", 17n]]);
});

test("what changed beyond a limit is not guessed", async () => {
  states.database.exec(
    "create table t (id integer primary key); insert into t values (1), (2), (3)",
  );
  const before = states.bytes();
  states.database.exec("delete from t");
  const { rows, stopped } = await states.compare(before, states.bytes(), "t", { mostRows: 2 });
  expect([rows.length, stopped]).toEqual([
    2,
    "there are more than 2 changed rows, from rowid 3 on",
  ]);
});

test("a table that got another key is not compared", async () => {
  states.database.exec("create table t (id integer primary key, k text)");
  const before = states.bytes();
  states.database.exec("drop table t; create table t (id integer, k text primary key)");
  const { stopped } = await states.compare(before, states.bytes(), "t");
  expect(stopped).toBe("the table has another primary key in the two versions");
});

test("large values are compared without being held, and those that changed are listed up to a limit", async () => {
  states.database.exec(`
    create table t (id integer primary key, n, content blob);
    with recursive c(i) as (select 1 union all select i + 1 from c where i < 9)
    insert into t select i, 0, randomblob(100000) from c;
  `);
  const before = states.bytes();
  states.database.exec("update t set n = 1 where id in (2, 5, 7)");
  const after = states.bytes();
  const compare = (mostBytes: number) => states.compare(before, after, "t", { mostBytes });
  const ids = async (mostBytes: number) => (await compare(mostBytes)).rows.map(({ key }) => key[0]);
  expect([await ids(700_000), (await compare(700_000)).stopped]).toEqual([[2n, 5n, 7n], null]);
  expect(await ids(500_000)).toEqual([2n, 5n]);
  expect((await compare(500_000)).stopped).toBe(
    "the changed rows have more than 500.0 kB, from rowid 7 on",
  );
  expect(await ids(100_000)).toEqual([]);
});

test("wherever its time is over, a comparison ends, says so, and what it has found is right", async () => {
  states.database.exec(`
    create table t (id integer primary key, content blob);
    with recursive c(i) as (select 1 union all select i + 1 from c where i < 300)
    insert into t select i, zeroblob(case when i % 50 = 0 then 20000 else 300 end) from c;
  `);
  const before = states.bytes();
  states.database.exec("update t set content = randomblob(length(content)) where id % 7 = 0");
  const after = states.bytes();
  const { rows, stopped } = await states.compare(before, after, "t");
  expect([rows.length, stopped]).toEqual([42, null]);
  const found: number[] = [];
  for (let mostPages = 10; ; mostPages += 15) {
    const part = await states.compare(before, after, "t", { mostPages });
    expect(part.rows).toEqual(rows.slice(0, part.rows.length));
    found.push(part.rows.length);
    if (part.stopped === null) break;
    expect(part.stopped).toMatch(
      /^(too much changed to be compared in time|the time was over at )/,
    );
  }
  expect(found[0]).toBe(0);
  expect(found.at(-1)).toBe(42);
  expect(new Set(found).size).toBeGreaterThan(3);
});

test("changes in every block are found by reading each block once", async () => {
  states.database.exec(`
    create table t (id integer primary key, text text);
    with recursive c(i) as (select 1 union all select i + 1 from c where i < 20000)
    insert into t select i, printf('%0120d', i) from c;
  `);
  const before = states.bytes();
  states.database.exec("update t set text = printf('%0119dx', id) where id % 100 = 0");
  const after = states.bytes();
  const blockSize = 64 * 1024;
  const { rows, stopped } = await states.compare(before, after, "t", { blockSize });
  expect([rows.length, stopped]).toEqual([200, null]);
  // Of each file, and its first block to open it.
  expect(states.blocksRead).toBeLessThanOrEqual(2 * (Math.ceil(after.length / blockSize) + 1));
});
