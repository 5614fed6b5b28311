/** Statements of somebody who wants a function to take more memory than it has; of a table `data(id, text)`. */

/** `n(i)` with so many rows. */
export const numbers = (count: number) =>
  `with recursive n(i) as (values (1) union all select i + 1 from n where i < ${count})`;

const times = (count: number, part: (index: number) => string, between = ", ") =>
  Array.from({ length: count }, (_, index) => part(index)).join(between);

/** Each of so many subqueries repeats the column of the one in it: 2^levels copies. */
function nested(levels: number, from: string): string {
  let sql = `select text as x from ${from}`;
  for (let level = 0; level < levels; level++) sql = `select x || x as x from (${sql})`;
  return sql;
}

function doubled(levels: number): string {
  const parts = times(
    levels,
    (at) => `t${at + 1} as (select * from t${at} union all select * from t${at})`,
  );
  return `with t0 as (select ${times(900, String)}), ${parts} select 1 from t${levels}`;
}

export const HOSTILE_SQL: readonly string[] = [
  // Sorts, groups and sets that hold much at once.
  "select a.text from data a, data b order by a.text || b.text limit 1",
  "select distinct a.text || b.id from data a, data b",
  "select count(*) from (select a.text from data a, data b group by a.text || b.text)",
  `select ${times(20, (at) => `count(distinct a.text || ${at} || b.id)`)} from data a, data b`,
  `select ${times(20, (at) => `group_concat(distinct a.text || ${at})`)} from data a, data b`,
  "select a.text || b.id from data a, data b union select b.text || a.id from data a, data b",
  "select count(*) from data a join (select text || '' as t from data) b on b.t = a.text || ''",
  `with m as materialized (select a.text from data a, (values (1), (2), (3)))
   select count(*) from m a, m b where a.text = b.text`,
  // Values that become long, alone or many at once.
  `${numbers(1e7)} select group_concat(i, '------------------------') from n`,
  "select json_group_array(t) from (select a.text as t from data a, data b)",
  "select json_group_object(a.id, a.text) from data a, data b",
  "with recursive n(x) as (select 'x' union all select x || x from n) select length(x) from n",
  `select ${times(60, (at) => `max(group_concat(a.text), '${at}')`)} from data a, data b`,
  `select ${times(1000, (at) => `printf('%.*c', 60000, 'x') || ${at}`)}`,
  `select length(${times(100, (at) => `max(x || ${at}, ''`)}${")".repeat(100)}) from (select printf('%.*c', 500000, 'x') as x)`,
  `select length(${times(60, () => "json_array(")}x${")".repeat(60)}) from (select printf('%.*c', 400000, '"') as x)`,
  `select count(*) from json_tree((select json_group_array(id) from data))`,
  `select count(*) from json_each((select json_group_array(text) from data)) a, json_each(a.value)`,
  // Queues and windows.
  `with recursive r(n, x) as (values (1, zeroblob(400000)) union all
   select n + v, randomblob(400000) from r, (select 1 as v union all select 2)) select count(x) from r`,
  `with recursive r(x) as (select randomblob(400000) union select randomblob(400000) from r) select count(*) from r`,
  `${numbers(1000)} select group_concat(x) over () from (select printf('%1000d', i) as x from n)`,
  `select max(t) from (select group_concat(text) over (order by id) as t from data)`,
  `select ${times(30, (at) => `lag(text || ${at}, 100000) over (order by id)`)} from data`,
  // While they are prepared.
  nested(30, "data"),
  `select ${times(40, (at) => `(${nested(11, "data")}) as c${at}`)}`,
  doubled(20),
  `select * from ${times(64, (at) => `data t${at}`)}`,
  `select ${times(25, () => `max(${times(120, () => "id")})`, " + ")} as x from data where ${times(25, () => `max(${times(120, () => "x")})`, " + ")} > 1`,
  `select id as x from data group by ${times(1900, () => "1")}`,
  `select * from data where id in (${times(3500, String)})`,
  // Names, which are in each row of an answer.
  `${numbers(1000)} select ${times(20, (at) => `1 as "${"\u0001".repeat(90)}${at}"`)} from n`,
  `${numbers(1000)} select 1 as "${"x".repeat(8000)}" from n`,
  `${numbers(1000)} select ${times(1000, (at) => `1 as c${at}`)} from n`,
  `select ${times(500, () => "*")} from (select 1 as "${"x".repeat(6000)}")`,
];
