/** What was typed about data files, as rules. */

import { DslError } from "../../runtime/core/dsl-error.ts";
import { InvalidData } from "../../runtime/core/format/check.ts";
import { type FileRule, parseFileRules, rulesFor } from "../../runtime/load/model/file-rules.ts";
import type { LoadRules } from "../../runtime/load/model/rules.ts";
import type { DataFileFlags, RuleFlags } from "../options/convert-options.ts";
import { readYaml } from "../project-file/read-yaml.ts";

/** What was not typed is absent. */
export function rulesOfFlags(flags: RuleFlags): LoadRules {
  const fts = flags.fts?.flat();
  return {
    mode: flags.append ? "append" : flags.upsert ? "upsert" : "replace",
    table: flags.table,
    primaryKey: flags.pk,
    types: flags.type,
    foreignKeys: flags.fk,
    fullTextSearch: fts?.length === 1 && fts[0] === "auto" ? "auto" : fts,
    indexes: flags.index,
    header: flags.header,
    encoding: flags.encoding,
    delimiter: flags.delimiter,
  };
}

/** How the data files of one run become tables. */
export interface DataFileRules {
  /** Those of the flags, which count more than those of patterns. */
  typed: LoadRules;
  byName: FileRule[];
  /** As they are written, for the manifest; absent where none were given. */
  written?: Record<string, unknown>[];
}

/** Throws a DslError for a file of rules that is none. */
export async function readDataFileRules(flags: DataFileFlags): Promise<DataFileRules> {
  const typed = rulesOfFlags(flags);
  if (flags.rules === undefined) return { typed, byName: [] };
  const isFile = typeof flags.rules === "string";
  const written = (isFile ? await readYaml(flags.rules as string) : flags.rules) ?? [];
  try {
    const byName = parseFileRules(written, "rules");
    return { typed, byName, written: written as Record<string, unknown>[] };
  } catch (error) {
    if (!(error instanceof InvalidData)) throw error;
    throw new DslError(
      "invalid_rules",
      `${isFile ? flags.rules : "dsl.yaml"}: ${error.message}`,
      'a list such as [{"files": "orders-*.csv", "append": true, "table": "orders"}]',
      { cause: error, exitCode: 2 },
    );
  }
}

/** What holds for one file, of a path with either slashes. */
export function rulesOfFile({ typed, byName }: DataFileRules, path: string): LoadRules {
  const given = Object.entries(typed).filter(([, value]) => value !== undefined);
  const found = rulesFor(byName, path.replaceAll("\\", "/").replace(/^(\.{0,2}\/)+/, ""));
  // Each file becomes a database of its own, so there is nothing that rows could be added to.
  return { ...found, ...Object.fromEntries(given), mode: "replace" };
}
