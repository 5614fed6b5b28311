/**
 * Which tables of a database visitors may not read, and all that goes with these: shadow tables and
 * indexes for searching of a private table, SQLite's own tables about the schema, and what would tell
 * the names of private tables. Pure; `connection.ts` reads the schema, the guard enforces it.
 */
import { asciiLower, quoteAlways } from "../names.ts";
import { NameFinder, plainSql, withoutLeadingComments } from "./names-in-sql.ts";

/** What the configuration says of tables. Names are compared as SQLite does. */
export interface TableRules {
  mayView(schema: string, table: string): boolean;
  /** Whether the configuration names this very table, rather than its database or the site. */
  isNamed(schema: string, table: string): boolean;
}

/** A row of `sqlite_schema`. */
export interface SchemaSql {
  /** `main`, or the name of an attached database. */
  schema: string;
  type: "table" | "view" | "index" | "trigger";
  name: string;
  /** The table that an index or trigger belongs to; otherwise the name. */
  table: string;
  /** null for indexes that SQLite made by itself. */
  sql: string | null;
}

export interface SchemaObject extends SchemaSql {
  /** A table in which a virtual table keeps its data. */
  isShadow: boolean;
  /** Tables that rows of SQLite's own tables (sqlite_sequence, sqlite_stat1, …) are about. */
  rowsAbout: readonly string[];
}

/** How far a statement of a visitor reaches: see `enum reach` of the guard. */
export type VisitorReach = "views" | "values" | "named";

export interface Privacy {
  /** False: everybody may read everything, and nothing need be enforced. */
  hasPrivate: boolean;
  /** Every table and view, and virtual tables that there are without being made. */
  tables: readonly { schema: string; name: string; isVisible: boolean }[];
  /** Tables and indexes of which some PRAGMA tells names of private tables. */
  untold: readonly { schema: string; name: string }[];
  /** As SQL. */
  visibleViews: readonly string[];
  /** False for tables and views that are private; true for names of nothing, too. */
  isVisible(table: string, schema?: string): boolean;
  /** Whether the SQL that made this can be shown: it names nothing private. */
  isDefinitionVisible(object: SchemaSql): boolean;
  reachOf(sql: string): VisitorReach;
}

/** Virtual tables that are there without being made, and tell nothing of the database. */
const HARMLESS_MODULES = ["json_each", "json_tree", "fts3tokenize"];
/** And those that do. */
const TELLING_NAMES = [
  "sqlite_master",
  "sqlite_schema",
  "sqlite_temp_master",
  "sqlite_temp_schema",
  "dbstat",
];

export const NOTHING_PRIVATE: Privacy = {
  hasPrivate: false,
  tables: [],
  untold: [],
  visibleViews: [],
  isVisible: () => true,
  isDefinitionVisible: () => true,
  reachOf: () => "views",
};

export function decidePrivacy(objects: readonly SchemaObject[], rules: TableRules): Privacy {
  const tables = objects.filter(({ type }) => type === "table" || type === "view");
  const hidden = hiddenTables(tables, rules);
  if (hidden.size === 0) return NOTHING_PRIVATE;
  const hiddenKeys = new Set([...hidden].map(keyOf));
  const isVisible = (table: string, schema = "main") =>
    !hiddenKeys.has(keyOf({ schema, name: table }));
  const hiddenNames = new NameFinder([...hidden].map(({ name }) => name));
  const isDefinitionVisible = (object: SchemaSql) =>
    isVisible(object.table, object.schema) && !tellsOf(object, hiddenNames);
  const hiddenIndexes = objects.filter(
    ({ type, schema, table }) => type === "index" && !isVisible(table, schema),
  );
  return {
    hasPrivate: true,
    tables: [
      ...tables.map((table) => ({ ...table, isVisible: !hidden.has(table) })),
      ...TELLING_NAMES.map((name) => ({ schema: "main", name, isVisible: false })),
      ...HARMLESS_MODULES.map((name) => ({ schema: "main", name, isVisible: true })),
      ...hiddenIndexes.map((index) => ({ ...index, isVisible: false })),
    ],
    untold: objects.filter((object) => !isDefinitionVisible(object)),
    visibleViews: tables
      .filter((table) => table.type === "view" && !hidden.has(table))
      .map(({ schema, name }) => `${quoteAlways(schema)}.${quoteAlways(name)}`),
    isVisible,
    isDefinitionVisible,
    reachOf: reachFinder(hidden),
  };
}

function keyOf({ schema, name }: { schema: string; name: string }): string {
  return asciiLower(`${schema}\0${name}`);
}

function hiddenTables(
  tables: readonly SchemaObject[],
  rules: TableRules,
): ReadonlySet<SchemaObject> {
  const hidden = new Set<SchemaObject>(
    tables.filter(({ schema, name, isShadow }) => !isShadow && !rules.mayView(schema, name)),
  );
  const virtual = tables.filter(({ sql }) => /^\s*create\s+virtual\s+table\b/i.test(sql ?? ""));
  showIndexesOfVisibleTables(tables, virtual, hidden, rules);
  hideWhatShows(virtual, hidden);
  hideShadows(tables, virtual, hidden);
  const keys = new Set([...hidden].map(keyOf));
  for (const table of tables) {
    if (table.rowsAbout.some((name) => keys.has(keyOf({ ...table, name })))) hidden.add(table);
  }
  return hidden;
}

/** What finds the rows of a visible table is visible, too, unless the configuration says otherwise. */
function showIndexesOfVisibleTables(
  tables: readonly SchemaObject[],
  virtual: readonly SchemaObject[],
  hidden: Set<SchemaObject>,
  rules: TableRules,
): void {
  const visible = new NameFinder(
    tables.filter((table) => !hidden.has(table)).map(({ name }) => name),
  );
  for (const table of virtual) {
    if (!rules.isNamed(table.schema, table.name) && indexesOneOf(table, visible)) {
      hidden.delete(table);
    }
  }
}

/** Hides virtual tables that show the content or the words of what is hidden. */
function hideWhatShows(virtual: readonly SchemaObject[], hidden: Set<SchemaObject>): void {
  for (let before = -1; before !== hidden.size; ) {
    before = hidden.size;
    const names = new NameFinder([...hidden].map(({ name }) => name));
    for (const table of virtual) {
      if (indexesOneOf(table, names) || readsWordsOfOneOf(table, names)) hidden.add(table);
    }
  }
}

/** https://www.sqlite.org/vtab.html#the_xshadowname_method: the owner's name, `_` and more. */
function hideShadows(
  tables: readonly SchemaObject[],
  virtual: readonly SchemaObject[],
  hidden: Set<SchemaObject>,
): void {
  const owners = [...virtual].sort((a, b) => b.name.length - a.name.length);
  for (const shadow of tables) {
    if (!shadow.isShadow) continue;
    const owner = owners.find(({ schema, name }) =>
      keyOf(shadow).startsWith(keyOf({ schema, name: `${name}_` })),
    );
    if (owner === undefined || hidden.has(owner)) hidden.add(shadow);
  }
}

/** Whether this is an FTS table with `content=` one of these. */
function indexesOneOf(table: SchemaObject, names: NameFinder): boolean {
  return names.isAfter("content ?= ?", plainSql(table.sql ?? ""));
}

/** Whether this lists the words of one of these FTS tables: fts5vocab, fts4aux. */
function readsWordsOfOneOf(table: SchemaObject, names: NameFinder): boolean {
  const [, words] = plainSql(table.sql ?? "").split(/\busing fts(?:5vocab|4aux)\b/);
  return words !== undefined && names.isIn(words);
}

/** A table tells of those that it references, a view or trigger of all that it names. */
function tellsOf({ type, sql }: SchemaSql, names: NameFinder): boolean {
  const text = plainSql(sql ?? "");
  if (type === "index") return false;
  return type === "table" ? names.isAfter("references ", text) : names.isIn(text);
}

function reachFinder(hidden: ReadonlySet<SchemaObject>): Privacy["reachOf"] {
  const all = new NameFinder([...TELLING_NAMES, ...[...hidden].map(({ name }) => name)]);
  const views = new NameFinder(
    [...hidden].filter(({ type }) => type === "view").map(({ name }) => name),
  );
  const commonTables = new NameFinder(["with"]);
  return (sql) => {
    if (/^explain\b/i.test(withoutLeadingComments(sql))) return "named";
    const text = plainSql(sql);
    if (views.isIn(text)) return "named";
    if (!all.isIn(text)) return "views";
    // A common table expression can be called like a view that may read what is private.
    return commonTables.isIn(text) ? "named" : "values";
  };
}
