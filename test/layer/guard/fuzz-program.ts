/** Run by fuzz.e2e.test.ts: random SQL, some of it right, in a process of its own that may crash. */
import Database from "better-sqlite3";
import { openGuarded } from "./guarded.ts";

const [seed, count] = process.argv.slice(2).map(Number) as [number, number];

let state = seed;
function random(below: number): number {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return Math.floor((state / 2 ** 32) * below);
}
const pick = <T>(list: readonly T[]): T => list[random(list.length)]!;

const { db, guard } = openGuarded(`
  CREATE TABLE t(id INTEGER PRIMARY KEY, x TEXT, y REAL);
  WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 500)
    INSERT INTO t SELECT i, 'row ' || i, i / 7.0 FROM n;
  CREATE VIEW v AS SELECT x, count(*) AS c FROM t GROUP BY x;
  CREATE VIRTUAL TABLE s USING fts5(x);
  INSERT INTO s SELECT x FROM t;
  CREATE VIRTUAL TABLE r USING rtree(id, a, b);
  INSERT INTO r SELECT id, y, y + 1 FROM t;
`);

const unguarded = new Database(":memory:");
const FUNCTIONS = unguarded.prepare("SELECT name, narg FROM pragma_function_list").all() as {
  name: string;
  narg: number;
}[];
const PRAGMAS = unguarded.prepare("SELECT name FROM pragma_pragma_list").pluck().all() as string[];
unguarded.close();
const TABLES = ["t", "v", "s", "r", "r_node", "sqlite_master", "json_each('[1,2]')", "dbstat"];
const VALUES = [
  "1",
  "-1",
  "0",
  "9223372036854775807",
  "1e308",
  "NULL",
  "''",
  "'a%b_c'",
  "x'00ff'",
  "x",
  "id",
  "y",
  "'$.a'",
  "'[1,2,{\"a\":3}]'",
  "'now'",
  "zeroblob(100000)",
  "2000000000",
];

function expression(depth: number): string {
  if (depth === 0 || random(4) === 0) return pick(VALUES);
  const next = () => expression(depth - 1);
  switch (random(8)) {
    case 0:
      return `(${next()} ${pick(["+", "-", "*", "/", "||", "<", "=", "LIKE", "GLOB", "IS", "AND", "->", "->>", "<<", "%"])} ${next()})`;
    case 1:
      return `CASE WHEN ${next()} THEN ${next()} ELSE ${next()} END`;
    case 2:
      return `(${select(depth - 1)})`;
    case 3:
      return `CAST(${next()} AS ${pick(["TEXT", "BLOB", "INTEGER", "REAL"])})`;
    default: {
      const { name, narg } = pick(FUNCTIONS);
      const args = Array.from({ length: narg < 0 ? random(4) : narg }, next).join(", ");
      const over = random(6) === 0 ? ` OVER (ORDER BY ${next()})` : "";
      return `${name}(${random(12) === 0 ? "*" : args})${over}`;
    }
  }
}

function select(depth: number): string {
  const parts = [`SELECT ${expression(depth)}`];
  if (random(4) > 0) parts.push(`FROM ${pick(TABLES)}`);
  if (random(6) === 0) parts.push(`, ${pick(TABLES)} AS other`);
  if (random(3) === 0) parts.push(`WHERE ${expression(depth)}`);
  if (random(6) === 0) parts.push(`GROUP BY ${expression(1)}`);
  if (random(5) === 0) parts.push(`ORDER BY ${expression(1)}`);
  if (random(3) === 0) parts.push(`LIMIT ${random(50)}`);
  if (random(12) === 0) parts.push(`${pick(["UNION", "UNION ALL", "EXCEPT"])} ${select(0)}`);
  return parts.join(" ");
}

function statement(): string {
  switch (random(10)) {
    case 0:
      return `PRAGMA ${pick(PRAGMAS)}${pick(["", " = 1", " = 'x'", "(t)"])}`;
    case 1:
      return pick([
        "DROP TABLE t",
        `UPDATE t SET x = ${expression(1)}`,
        `DELETE FROM r_node WHERE ${expression(1)}`,
        "INSERT INTO s(s) VALUES ('optimize')",
        `ATTACH ${expression(1)} AS z`,
        "VACUUM",
        `CREATE TEMP TABLE z AS ${select(1)}`,
        `EXPLAIN ${select(2)}`,
      ]);
    case 2: {
      // Text that was SQL once.
      const sql = select(2);
      const at = random(sql.length);
      return (
        sql.slice(0, at) +
        pick(["'", '"', "(", ")", ";", "--", "/*", "\0", "é", ","]) +
        sql.slice(at + random(3))
      );
    }
    case 3:
      return `WITH RECURSIVE c(x) AS (SELECT ${expression(1)} UNION ALL SELECT ${expression(2)} FROM c) SELECT count(x) FROM c`;
    default:
      return select(4);
  }
}

/** Everything in the database, as text. */
function content(): string {
  const rows = ["t", "s", "r", "sqlite_master"].map((table) =>
    db.prepare(`SELECT * FROM ${table}`).raw().all(),
  );
  return JSON.stringify(rows);
}

const before = content();
let [ran, failed] = [0, 0];
for (let i = 0; i < count; i++) {
  const sql = statement();
  try {
    guard.runVisitorSql(
      5,
      () => db.prepare(sql),
      (prepared) => {
        let rows = 0;
        for (const _ of prepared.iterate()) if (++rows === 100) break;
      },
    );
    ran++;
  } catch {
    failed++;
  }
}
console.log(JSON.stringify({ ran, failed, unchanged: content() === before }));
db.close();
