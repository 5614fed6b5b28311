/** SQL of all kinds, right and wrong: what is put together is chosen by `random(below)`. */
type Random = (below: number) => number;

const TABLES = [
  "products",
  "sqlite_master",
  "pragma_table_list",
  "json_each('[1,2,3]')",
  "nothing",
];
const COLUMNS = [
  "1",
  "*",
  "id",
  "name",
  "rowid",
  "count(*)",
  "x'ff'",
  "null",
  "'text'",
  "9e999",
  ":p",
];
const FUNCTIONS = [
  ...["abs", "hex", "length", "upper", "json", "json_patch", "printf", "replace", "zeroblob"],
  ...["randomblob", "group_concat", "likelihood", "quote", "substr", "instr", "dsl_guard", "glob"],
  ...[
    "json_group_array",
    "unhex",
    "strftime",
    "load_extension",
    "readfile",
    "fts5",
    "char",
    "soundex",
  ],
];
const OPERATORS = [
  "+",
  "||",
  "=",
  "<",
  "like",
  "glob",
  "match",
  "in",
  "is",
  "and",
  "between",
  "->>",
];
const NUMBERS = ["0", "1", "-1", "9223372036854775807", "1e308", "100000000", "0x7fffffff"];
const STATEMENTS = [
  "select",
  "with",
  "explain",
  "pragma",
  "attach",
  "values",
  "delete",
  "vacuum",
  ";",
];
const PIECES = [
  "(",
  ")",
  ",",
  "'",
  '"',
  "--",
  "/*",
  "[",
  "\u0000",
  "é",
  "\ud83d\ude00",
  "@a",
  "?1",
  "$",
];

export function sqlText(random: Random): string {
  const kind = random(12);
  if (kind === 0) return Array.from({ length: 1 + random(30) }, () => word(random)).join(" ");
  if (kind === 1) return damaged(select(random, 3), random);
  if (kind === 2) return recursive(random);
  if (kind === 3) return doubled(random);
  if (kind === 10) return repeating(random);
  if (kind === 11) return repeatedNames(random);
  if (kind === 4) return `select ${nested(random, 1 + random(200))}`;
  return select(random, 3);
}

function pick(random: Random, from: readonly string[]): string {
  return from[random(from.length)]!;
}

function word(random: Random): string {
  const all = [TABLES, COLUMNS, FUNCTIONS, OPERATORS, NUMBERS, STATEMENTS, PIECES];
  return pick(random, all[random(all.length)]!);
}

function value(random: Random, depth: number): string {
  const kind = depth === 0 ? random(2) : random(6);
  if (kind === 0) return pick(random, COLUMNS);
  if (kind === 1) return pick(random, NUMBERS);
  if (kind === 2) return `(${select(random, depth - 1)})`;
  if (kind === 3) {
    return `${value(random, depth - 1)} ${pick(random, OPERATORS)} ${value(random, depth - 1)}`;
  }
  const args = Array.from({ length: random(4) }, () => value(random, depth - 1));
  return `${pick(random, FUNCTIONS)}(${args.join(", ")})`;
}

function select(random: Random, depth: number): string {
  const columns = Array.from({ length: 1 + random(3) }, () => value(random, depth));
  let sql = `select ${columns.join(", ")} from ${pick(random, TABLES)}`;
  if (random(3) === 0) sql += `, ${pick(random, TABLES)}`;
  if (random(2) === 0) sql += ` where ${value(random, depth)}`;
  if (random(4) === 0) sql += ` group by ${value(random, 0)}`;
  if (random(4) === 0) sql += ` order by ${value(random, 0)}`;
  if (random(3) === 0) sql += ` limit ${pick(random, NUMBERS)}`;
  return sql;
}

/** Without an end, or with a late one. */
function recursive(random: Random): string {
  const body = ["select n + 1 from r", "select n || n from r", "select n from r, r as s"][
    random(3)
  ];
  return `with recursive r(n) as (select '1' union all ${body}) select ${value(random, 1)} from r`;
}

/** Subqueries, each of which repeats the columns of the one in it. */
function repeating(random: Random): string {
  const operator = pick(random, OPERATORS.slice(0, 4));
  const clause = pick(random, [
    "",
    " where x > 1",
    " order by x",
    " limit 10",
    " union all select 1",
  ]);
  let sql = "select id as x from products";
  for (let left = 1 + random(40); left > 0; left--) {
    const columns = Array(1 + random(3))
      .fill(`x ${operator} x`)
      .join(` ${operator} `);
    sql = `select ${random(9) === 0 ? "distinct " : ""}${columns} as x from (${sql})${random(4) === 0 ? clause : ""}`;
  }
  return sql;
}

/** A name for a long expression, used as often as fits. */
function repeatedNames(random: Random): string {
  const sums = (name: string) =>
    Array(1 + random(40))
      .fill(
        `max(${Array(1 + random(126))
          .fill(name)
          .join(",")})`,
      )
      .join("+");
  const clause = pick(random, ["where", "group by", "order by"]);
  const groups = Array(1 + random(1900))
    .fill("1")
    .join(",");
  const uses = clause === "group by" && random(2) === 0 ? groups : sums("x");
  return `select ${sums("id")} as x from products ${clause} ${uses}`;
}

/** Each view of it reads the one before twice. */
function doubled(random: Random): string {
  const levels = 1 + random(24);
  const parts = Array.from(
    { length: levels },
    (_, level) => `t${level + 1} as (select * from t${level} union all select * from t${level})`,
  );
  return `with t0 as (select 1 as a), ${parts.join(", ")} select count(*) from t${levels}`;
}

function nested(random: Random, depth: number): string {
  return `${"abs(".repeat(depth)}${value(random, 0)}${")".repeat(depth - random(2))}`;
}

function damaged(sql: string, random: Random): string {
  const at = random(sql.length);
  return sql.slice(0, at) + pick(random, PIECES) + sql.slice(at + random(5));
}
