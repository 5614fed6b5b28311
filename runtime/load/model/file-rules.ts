/**
 * Rules for files by their names, as an owner writes them: in dsl.yaml, in a file for `--load-rules`, and from
 * there in the manifest, where the inbox finds them. Their words are those of the flags of `dsl convert`.
 *
 *     - files: "orders-*.csv"
 *       mode: append
 *       table: orders
 *       type: {zip: TEXT}
 */
import { asArray, asBoolean, asObject, asString, InvalidData } from "../../core/format/check.ts";
import { asColumns, asColumnType, asDelimiter, asForeignKey } from "./rule-values.ts";
import type { LoadMode, LoadRules } from "./rules.ts";

export interface FileRule {
  /** A pattern: `*` and `?` stand for any characters but "/". */
  files: string;
  rules: LoadRules;
}

const MODES: readonly LoadMode[] = ["replace", "append", "upsert"];
const KEYS = [
  "files",
  "mode",
  "table",
  "pk",
  "type",
  "fk",
  "fts",
  "index",
  "header",
  "encoding",
  "delimiter",
];
const LONGEST_PATTERN = 200;

/** Throws InvalidData, which says where ("loads[0].mode"). */
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
  const rules: LoadRules = {
    mode: optional("mode", asMode),
    table: optional("table", asString),
    primaryKey: optional("pk", (pk, at) => (typeof pk === "string" ? [pk] : asStrings(pk, at))),
    types: optional("type", (types, at) => mapped(types, at, asColumnType)),
    foreignKeys: optional("fk", (keys, at) =>
      Object.entries(asObject(keys, at)).map(([column, target]) =>
        asForeignKey(column, asString(target, `${at}.${column}`), at),
      ),
    ),
    fullTextSearch: optional("fts", (fts, at) => (fts === "auto" ? fts : asStrings(fts, at))),
    indexes: optional("index", (indexes, at) =>
      asArray(indexes, at, (index, at) =>
        typeof index === "string" ? asColumns(index, at) : asStrings(index, at),
      ),
    ),
    header: optional("header", asBoolean),
    encoding: optional("encoding", asString),
    delimiter: optional("delimiter", (text, at) => asDelimiter(asString(text, at), at)),
  };
  if (rules.mode === "upsert" && (rules.primaryKey ?? []).length === 0) {
    throw new InvalidData(
      `${where} has the mode upsert and no pk that says which rows are the same`,
    );
  }
  return { files, rules };
}

function asMode(value: unknown, where: string): LoadMode {
  const mode = MODES.find((each) => each === value);
  if (mode !== undefined) return mode;
  throw new InvalidData(`${where} is none of ${MODES.join(", ")}`);
}

function asStrings(value: unknown, where: string): string[] {
  return asArray(value, where, asString);
}

function mapped<T>(
  value: unknown,
  where: string,
  read: (text: string, where: string) => T,
): Record<string, T> {
  return Object.fromEntries(
    Object.entries(asObject(value, where)).map(([name, each]) => {
      const at = `${where}.${name}`;
      return [name, read(asString(each, at), at)];
    }),
  );
}

function patternOf(files: string): RegExp {
  const parts = files.split(/(\*+|\?)/).map((part) => {
    if (part.startsWith("*")) return "[^/]*";
    return part === "?" ? "[^/]" : part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  });
  return new RegExp(`^${parts.join("")}$`);
}
