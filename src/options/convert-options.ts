/** How data files become tables: the options of `convert`, and those of the commands that convert on the way. */
import type { ForeignKey } from "../../runtime/load/model/rules.ts";
import type { ColumnType } from "../../runtime/load/types/cell.ts";
import { columnList, columnType, delimiter, foreignKey } from "./load-values.ts";
import type { Option } from "./option.ts";

/** The values of RULE_OPTIONS, as a command gets them. */
export interface RuleFlags {
  append?: boolean;
  upsert?: boolean;
  table?: string;
  pk?: string[];
  type?: Record<string, ColumnType>;
  fk?: ForeignKey[];
  fts?: string[][];
  index?: string[][];
  header?: boolean;
  encoding?: string;
  delimiter?: string;
}

/** As `convert` gets them. */
export interface ConvertFlags extends RuleFlags {
  output: string;
  report?: string;
}

/** As `serve` and `update-stack` get them. */
export interface DataFileFlags extends RuleFlags {
  /** Path of a file, or what dsl.yaml has instead. */
  rules?: string | unknown[];
}

/** What is decided for each file, also by rules in dsl.yaml. */
export const RULE_OPTIONS: readonly Option[] = [
  {
    name: "append",
    help: "add rows to tables that are there",
    kind: { type: "switch" },
    conflictsWith: "upsert",
  },
  {
    name: "upsert",
    help: "replace rows with the same --pk, add the others",
    kind: { type: "switch" },
  },
  {
    name: "table",
    value: "<name>",
    help: "put all rows into this table",
    kind: { type: "text" },
  },
  {
    name: "pk",
    value: "<column>",
    help: "primary key (repeatable)",
    kind: { type: "list" },
  },
  {
    name: "type",
    value: "<column=type>",
    help: "INTEGER, REAL, TEXT or BLOB (repeatable)",
    kind: {
      type: "map",
      divider: "=",
      lastDivider: true,
      read: columnType,
      mustBe: "It must be COLUMN=TYPE with INTEGER, REAL, TEXT or BLOB.",
    },
    key: "types",
  },
  {
    name: "fk",
    value: "<column=table.column>",
    help: "foreign key (repeatable)",
    kind: { type: "list", read: foreignKey },
  },
  {
    name: "fts",
    value: "<columns>",
    help: 'full-text search: columns, or "auto" (repeatable)',
    kind: { type: "list", read: columnList },
  },
  {
    name: "index",
    value: "<columns>",
    help: "index on columns, separated by commas (repeatable)",
    kind: { type: "list", read: columnList },
  },
  {
    name: "header",
    help: "the first row of CSV names columns",
    negated: "the first row of CSV is data",
    kind: { type: "switch" },
  },
  {
    name: "encoding",
    value: "<name>",
    help: "encoding of text, such as windows-1252",
    kind: { type: "text" },
  },
  {
    name: "delimiter",
    value: "<character>",
    help: 'what divides cells of CSV, such as ";" or tab',
    kind: { type: "text", read: delimiter },
  },
];

/**
 * Of commands that convert data files on the way, each into a database of its own. In dsl.yaml all but the
 * rules, which have patterns, would be about any file.
 */
export const DATA_FILE_OPTIONS: readonly Option[] = [
  ...RULE_OPTIONS.filter(({ name }) => name !== "append" && name !== "upsert").map(
    (option): Option => ({ ...option, key: null }),
  ),
  {
    name: "rules",
    value: "<file>",
    help: "rules for data files by their names, YAML or JSON",
    kind: { type: "document", holds: "list" },
  },
];

export const CONVERT_OPTIONS: readonly Option[] = [
  {
    name: "output",
    short: "o",
    value: "<file>",
    help: "the database to make, or to bring the tables into",
    kind: { type: "path" },
    isRequired: true,
  },
  ...RULE_OPTIONS,
  {
    name: "report",
    value: "<file>",
    help: "write what was decided to a JSON file",
    kind: { type: "path" },
  },
];
