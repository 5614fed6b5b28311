/**
 * Which tables of a database visitors may not read, and all that goes with these: shadow tables and
 * indexes for searching of a private table, SQLite's own tables about the schema, and what would tell
 * the names of private tables. Pure; `connection.ts` reads the schema, the guard enforces it.
 */
import { asciiLower, quoteAlways } from "../names.ts";

/** What the configuration says of tables. Names are compared as SQLite does. */
export interface TableRules {
  mayView(schema: string, table: string): boolean;
  /** Whether the configuration names this very table, rather than its database or the site. */
  isNamed(schema: string, table: string): boolean;
}

/** A row of `sqlite_schema`. */
export interface SchemaObject {
  /** `main`, or the name of an attached database. */
  schema: string;
  type: "table" | "view" | "index" | "trigger";
  name: string;
  /** The table that an index or trigger belongs to; otherwise the name. */
  table: string;
  /** null for indexes that SQLite made by itself. */
  sql: string | null;
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
  isDefinitionVisible(object: SchemaObject): boolean;
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
  const hidden = new Set<SchemaObject>(
    tables.filter(({ schema, name, isShadow }) => !isShadow && !rules.mayView(schema, name)),
  );
  showIndexesOfVisibleTables(tables, hidden, rules);
  hideWhatShows(tables, hidden);
  if (hidden.size === 0) return NOTHING_PRIVATE;
  const key = (schema: string, name: string) => asciiLower(`${schema}\0${name}`);
  const hiddenKeys = new Set([...hidden].map(({ schema, name }) => key(schema, name)));
  for (const table of tables) {
    if (!table.rowsAbout.some((name) => hiddenKeys.has(key(table.schema, name)))) continue;
    hidden.add(table);
    hiddenKeys.add(key(table.schema, table.name));
  }
  const visible = new Set(
    tables.filter((table) => !hidden.has(table)).map(({ schema, name }) => key(schema, name)),
  );
  const hiddenNames = [...hidden].map(({ name }) => name);
  const isDefinitionVisible = (object: SchemaObject) =>
    visible.has(key(object.schema, object.table)) &&
    !hiddenNames.some((name) => tellsOf(object, name));
  const named = [...TELLING_NAMES, ...hiddenNames];
  const hiddenViews = [...hidden].filter(({ type }) => type === "view").map(({ name }) => name);
  return {
    hasPrivate: true,
    tables: [
      ...tables.map((table) => ({ ...table, isVisible: !hidden.has(table) })),
      ...TELLING_NAMES.map((name) => ({ schema: "main", name, isVisible: false })),
      ...HARMLESS_MODULES.map((name) => ({ schema: "main", name, isVisible: true })),
      // To the guard, an index is private as its table is.
      ...objects
        .filter(({ type, schema, table }) => type === "index" && !visible.has(key(schema, table)))
        .map(({ schema, name }) => ({ schema, name, isVisible: false })),
    ],
    untold: objects.filter((object) => !isDefinitionVisible(object)),
    visibleViews: tables
      .filter((table) => table.type === "view" && !hidden.has(table))
      .map(({ schema, name }) => `${quoteAlways(schema)}.${quoteAlways(name)}`),
    isVisible: (table, schema = "main") => !hiddenKeys.has(key(schema, table)),
    isDefinitionVisible,
    reachOf: (sql) => {
      if (/^[\s;]*explain\b/i.test(withoutComments(sql))) return "named";
      const text = plainText(sql);
      if (hiddenViews.some((name) => mentions(text, name))) return "named";
      if (!named.some((name) => mentions(text, name))) return "views";
      // A common table expression can be called like a view that may read what is private.
      return mentions(text, "with") ? "named" : "values";
    },
  };
}

/** What finds the rows of a visible table is visible, too, unless the configuration says otherwise. */
function showIndexesOfVisibleTables(
  tables: readonly SchemaObject[],
  hidden: Set<SchemaObject>,
  rules: TableRules,
): void {
  for (const index of [...hidden]) {
    if (rules.isNamed(index.schema, index.name)) continue;
    const content = tables.find(
      (table) => table.schema === index.schema && table !== index && indexes(index, table.name),
    );
    if (content !== undefined && !hidden.has(content)) hidden.delete(index);
  }
}

/** Hides shadow tables of what is hidden, and virtual tables that show its content or its words. */
function hideWhatShows(tables: readonly SchemaObject[], hidden: Set<SchemaObject>): void {
  const virtual = tables.filter(isVirtual);
  for (let before = -1; before !== hidden.size; ) {
    before = hidden.size;
    for (const table of virtual) {
      const shows = [...hidden].some(
        ({ schema, name }) =>
          schema === table.schema && (indexes(table, name) || readsWords(table, name)),
      );
      if (shows) hidden.add(table);
    }
  }
  for (const shadow of tables) {
    if (!shadow.isShadow) continue;
    const owner = ownerOf(shadow, virtual);
    if (owner === undefined || hidden.has(owner)) hidden.add(shadow);
  }
}

/** https://www.sqlite.org/vtab.html#the_xshadowname_method: the owner's name, `_` and more. */
function ownerOf(shadow: SchemaObject, virtual: readonly SchemaObject[]): SchemaObject | undefined {
  const owners = virtual.filter(
    ({ schema, name }) =>
      schema === shadow.schema && asciiLower(shadow.name).startsWith(asciiLower(`${name}_`)),
  );
  return owners.sort((a, b) => b.name.length - a.name.length)[0];
}

function isVirtual({ sql }: SchemaObject): boolean {
  return /^\s*create\s+virtual\s+table\b/i.test(sql ?? "");
}

/** Whether this is an FTS table with `content=` the other. */
function indexes(table: SchemaObject, content: string): boolean {
  if (!isVirtual(table)) return false;
  return new RegExp(`content ?= ?${pattern(content)}`).test(plainText(table.sql ?? ""));
}

/** Whether this lists the words of an FTS table: fts5vocab, fts4aux. */
function readsWords(table: SchemaObject, fts: string): boolean {
  const text = plainText(table.sql ?? "");
  return /\busing fts(?:5vocab|4aux)\b/.test(text) && mentions(text, fts);
}

/** A table tells of those that it references, a view or trigger of all that it names. */
function tellsOf({ type, sql }: SchemaObject, name: string): boolean {
  const text = plainText(sql ?? "");
  if (type === "index") return false;
  if (type !== "table") return mentions(text, name);
  return new RegExp(`references ${pattern(name)}`).test(text);
}

/** Whether a text of `plainText` contains this name as a word or as several. */
function mentions(text: string, name: string): boolean {
  return new RegExp(`(?<![\\w$\\x80-\\uffff])${pattern(name)}`).test(text);
}

/** Matches the name where it ends as a word. */
function pattern(name: string): string {
  const text = plainText(name).trim();
  return `${text.replace(/[^\w ]/g, "\\$&")}(?![\\w$\\x80-\\uffff])`;
}

/**
 * Lower case, and each run of white space and quotes one space: however a name is quoted, it is in
 * there. Text in quotes looks like names, which may only make a reader more careful.
 */
function plainText(sql: string): string {
  return asciiLower(sql).replace(/[\s"'`[\]]+/g, " ");
}

function withoutComments(sql: string): string {
  return sql.replace(/^(?:\s|;|--[^\n]*(?:\n|$)|\/\*[\s\S]*?(?:\*\/|$))+/, "");
}
