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
