/** Generates URLs of a site: mostly sensible, sometimes hostile. */
import fc from "fast-check";
import { tildeEncode } from "../../runtime/core/names.ts";
import { OPERATORS } from "../../runtime/site/queries/filters.ts";
import { TABLE_EXTRAS } from "../../runtime/site/views/json/table-extras.ts";

export interface KnownDatabase {
  name: string;
  tables: { name: string; columns: string[]; someKeys: string[] }[];
  queries: string[];
}

const text = fc.oneof(
  fc.constantFrom("", "0", "1", "-1", "max", "on", "off", "null", "$null", "1.5", "1e400", "a,b"),
  fc.constantFrom(
    "'",
    '"',
    "]",
    "%",
    "~",
    "{",
    '{"column": 1}',
    "[1, 2",
    "[[1]]",
    "\u0000",
    "é☕",
    "../",
  ),
  fc.string({ unit: "binary", maxLength: 12 }),
  fc.nat().map(String),
  fc.double().map(String),
);

const VALUE_ARGUMENTS = [
  "_size",
  "_next",
  "_shape",
  "_nl",
  "_labels",
  "_json_infinity",
  "_nocount",
  "_nofacet",
  "_nosuggest",
  "_ttl",
  "_timelimit",
  "_facet_size",
  "_stream",
  "_dl",
  "_header",
  "_search",
  "_searchmode",
  "_fts_table",
  "_fts_pk",
  "_through",
  "_where",
  "_trace",
  "_filter_op",
  "_filter_value",
  "_sort_by_desc",
  "_show_hidden",
  "_hide_sql",
  "_show_sql",
  "_blob_hash",
  "q",
  "sql",
  "_initial",
  "is_write",
];

const COLUMN_ARGUMENTS = [
  "_sort",
  "_sort_desc",
  "_col",
  "_nocol",
  "_facet",
  "_facet_array",
  "_facet_date",
  "_label",
  "_json",
  "_filter_column",
  "_blob_column",
];

const FORMATS = ["", "", "", ".json", ".json", ".json", ".json", ".csv", ".csv", ".blob", ".nope"];

const SQL = [
  "select 1",
  "select * from sqlite_master",
  "select :a || :b",
  "select x'00ff' as b, 1e999 as i, 9223372036854775807 as n",
  "select 1 as a, 2 as a",
  "with t(x) as (values (1), (2)) select * from t",
  "select",
  "select * from nope",
  "select ?",
  "explain query plan select 1",
  "select load_extension('x')",
  "-- comment\nselect :_now_epoch",
  "select json('{')",
  "select zeroblob(100000000)",
];

/** Arguments for a table with these columns. */
function argumentsFor(columns: readonly string[]): fc.Arbitrary<[string, string]> {
  const column = fc.oneof(
    { weight: 5, arbitrary: fc.constantFrom("id", "rowid", ...columns) },
    { weight: 1, arbitrary: text },
  );
  const filter = fc
    .tuple(column, fc.constantFrom("", ...OPERATORS.map(({ key }) => `__${key}`), "__nope"), text)
    .map(([name, operator, value]): [string, string] => [name + operator, value]);
  const through = fc
    .record({ table: fc.oneof(column, text), column, value: fc.anything({ maxDepth: 1 }) })
    .map((value): [string, string] => ["_through", JSON.stringify(value)]);
  return fc.oneof(
    { weight: 4, arbitrary: filter },
    { weight: 4, arbitrary: fc.tuple(fc.constantFrom(...VALUE_ARGUMENTS), text) },
    { weight: 4, arbitrary: fc.tuple(fc.constantFrom(...COLUMN_ARGUMENTS), column) },
    {
      weight: 2,
      arbitrary: fc.tuple(
        fc.constant("_extra"),
        fc.constantFrom(...Object.keys(TABLE_EXTRAS), "foreign_key_tables", "nope"),
      ),
    },
    {
      weight: 1,
      arbitrary: column.chain((name) => fc.tuple(fc.constant(`_search_${name}`), text)),
    },
    { weight: 1, arbitrary: fc.tuple(fc.constant("sql"), fc.constantFrom(...SQL)) },
    {
      weight: 1,
      arbitrary: fc.tuple(
        fc.constant("_shape"),
        fc.constantFrom("array", "arrays", "object", "arrayfirst"),
      ),
    },
    { weight: 1, arbitrary: through },
    { weight: 1, arbitrary: fc.tuple(text, text) },
  );
}

/** Paths with query strings. */
export function urls(databases: readonly KnownDatabase[]): fc.Arbitrary<string> {
  return fc
    .constantFrom(...databases)
    .chain((database) => fc.tuple(fc.constant(database), fc.constantFrom(...database.tables)))
    .chain(([database, table]) =>
      fc.tuple(pathOf(database, table), fc.array(argumentsFor(table.columns), { maxLength: 5 })),
    )
    .map(([path, pairs]) => {
      const query = new URLSearchParams(
        pairs.map(([name, value]) => [name.toWellFormed(), value.toWellFormed()]),
      );
      return pairs.length === 0 ? path : `${path}?${query}`;
    });
}

function pathOf(
  database: KnownDatabase,
  table: KnownDatabase["tables"][number],
): fc.Arbitrary<string> {
  const base = `/${tildeEncode(database.name)}`;
  const tablePath = `${base}/${tildeEncode(table.name)}`;
  const rows = table.someKeys.map((key) => `${tablePath}/${key}`);
  const plain = [
    "/",
    "/-/",
    "/-/jump",
    "/-/schema",
    "/-/queries",
    "/-/settings",
    "/-/databases",
    base,
    `${base}/-/schema`,
    `${base}/-/queries`,
    `${base}/-/query`,
    `${base}/-/query/parameters`,
    `${tablePath}/-/schema`,
    `${tablePath}/-/autocomplete`,
    ...database.queries.map((query) => `${base}/${tildeEncode(query)}`),
  ];
  const odd = text.map((name) => `${base}/${encodeURIComponent(name.toWellFormed())}`);
  const oddRow = text.map((key) => `${tablePath}/${tildeEncode(key.toWellFormed())}`);
  return fc
    .tuple(
      fc.oneof(
        { weight: 10, arbitrary: fc.constant(tablePath) },
        { weight: 3, arbitrary: fc.constantFrom(tablePath, ...rows) },
        { weight: 3, arbitrary: fc.constantFrom(...plain) },
        { weight: 1, arbitrary: odd },
        { weight: 1, arbitrary: oddRow },
      ),
      fc.constantFrom(...FORMATS),
    )
    .map(([path, format]) => path + format);
}
