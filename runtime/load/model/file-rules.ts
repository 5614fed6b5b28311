/**
 * Rules for files by their names, as an owner writes them: in the file of `--rules` or in dsl.yaml, and from
 * there in the manifest, where the inbox finds them. Their words are the flags of `dsl convert`.
 *
 *     - files: "orders-*.csv"
 *       append: true
 *       table: orders
 *       types: {zip: TEXT}
 */
import { asArray, asBoolean, asObject, asString, InvalidData } from "../../core/format/check.ts";
import type { ColumnType } from "../types/cell.ts";
import { asColumns, asColumnType, asDelimiter, asForeignKey } from "./rule-values.ts";
import type { ForeignKey, LoadMode, LoadRules } from "./rules.ts";

export interface FileRule {
  /** A pattern: `*` and `?` stand for any characters but "/". */
  files: string;
  rules: LoadRules;
}

const KEYS = [
  "files",
  "append",
  "upsert",
  "table",
  "pk",
  "types",
  "fk",
  "fts",
  "index",
  "header",
  "encoding",
  "delimiter",
];
const LONGEST_PATTERN = 200;

/** Throws InvalidData, which says where ("rules[0].table"). */
export function parseFileRules(value: unknown, where: string): FileRule[] {
  return asArray(value, where, parseFileRule);
}

/**
 * The rules of the first pattern that the file matches; none of none. A pattern without "/" is for the
 * file's own name, in whatever folder; one with "/" for all of the path.
 */
export function rulesFor(fileRules: readonly FileRule[], path: string): LoadRules {
  const name = path.split("/").at(-1) ?? path;
  const found = fileRules.find(({ files }) =>
    patternOf(files).test(files.includes("/") ? path : name),
  );
  return found?.rules ?? {};
}

function parseFileRule(value: unknown, where: string): FileRule {
  const rule = asObject(value, where);
  const unknown = Object.keys(rule).find((key) => !KEYS.includes(key));
  if (unknown !== undefined) {
    throw new InvalidData(`${where}.${unknown} is no word of a rule: ${KEYS.join(", ")}`);
  }
  const at = (key: string) => `${where}.${key}`;
  const optional = <T>(key: string, read: (value: unknown, where: string) => T) =>
    rule[key] === undefined || rule[key] === null ? undefined : read(rule[key], at(key));
  const files = asString(rule.files, at("files"));
  if (files === "" || files.length > LONGEST_PATTERN) {
    throw new InvalidData(`${at("files")} has to have 1 to ${LONGEST_PATTERN} characters`);
  }
  const flag = (key: string) => optional(key, asBoolean) ?? false;
  const rules: LoadRules = {
    mode: modeOf(flag("append"), flag("upsert"), where),
    table: optional("table", asString),
    primaryKey: optional("pk", oneOrMore),
    types: optional("types", asTypes),
    foreignKeys: optional("fk", asForeignKeys),
    fullTextSearch: optional("fts", asSearched),
    indexes: optional("index", asIndexes),
    header: optional("header", asBoolean),
    encoding: optional("encoding", asString),
    delimiter: optional("delimiter", (text, at) => asDelimiter(asString(text, at), at)),
  };
  if (rules.mode === "upsert" && (rules.primaryKey ?? []).length === 0) {
    throw new InvalidData(`${where} has upsert and no pk that says which rows are the same`);
  }
  return { files, rules };
}

function modeOf(append: boolean, upsert: boolean, where: string): LoadMode {
  if (append && upsert) throw new InvalidData(`${where} has both append and upsert`);
  return append ? "append" : upsert ? "upsert" : "replace";
}

/** A word, or a list of words. */
function oneOrMore(value: unknown, where: string): string[] {
  return typeof value === "string" ? [value] : asArray(value, where, asString);
}

function asTypes(value: unknown, where: string): Record<string, ColumnType> {
  return Object.fromEntries(
    Object.entries(asObject(value, where)).map(([name, type]) => {
      const at = `${where}.${name}`;
      return [name, asColumnType(asString(type, at), at)];
    }),
  );
}

/** "city_id=cities.id" */
function asForeignKeys(value: unknown, where: string): ForeignKey[] {
  return oneOrMore(value, where).map((text) => {
    const [, column = "", target = ""] = /^(.+)=([^=]+)$/.exec(text) ?? [];
    if (column === "") throw new InvalidData(`${where} is not COLUMN=TABLE.COLUMN`);
    return asForeignKey(column, target, where);
  });
}

function asSearched(value: unknown, where: string): string[] | "auto" {
  return value === "auto"
    ? value
    : oneOrMore(value, where).flatMap((each) => asColumns(each, where));
}

function asIndexes(value: unknown, where: string): string[][] {
  return oneOrMore(value, where).map((each) => asColumns(each, where));
}

function patternOf(files: string): RegExp {
  const parts = files.split(/(\*+|\?)/).map((part) => {
    if (part.startsWith("*")) return "[^/]*";
    return part === "?" ? "[^/]" : part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  });
  return new RegExp(`^${parts.join("")}$`);
}
