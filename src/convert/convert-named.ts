/** Data files among the databases that a command was given. */
import { hash } from "node:crypto";
import { basename, join } from "node:path";
import type { LoadReport } from "../../runtime/load/model/report.ts";
import { loadedTable } from "../../runtime/load/model/report.ts";
import type { NamedDatabase } from "../../runtime/publisher/facts.ts";
import type { NewLoad } from "../../runtime/publisher/publish/recent-loads.ts";
import type { Reporter } from "../terminal/reporter.ts";
import { convertStep } from "./convert-step.ts";
import { checkDataFile, isDataFile, sourceOf } from "./data-file.ts";
import { type DataFileRules, rulesOfFile } from "./rules-of-flags.ts";

export interface ConvertedDatabases {
  databases: NamedDatabase[];
  /** What was decided, one for each data file. */
  loads: NewLoad[];
}

/**
 * The databases with those that are data files (CSV, XLSX …) converted, each into a database of its own
 * in `folder`. Throws a DslError.
 */
export async function convertNamed(
  databases: NamedDatabase[],
  rules: DataFileRules,
  folder: string,
  reporter: Reporter,
): Promise<ConvertedDatabases> {
  const ready: NamedDatabase[] = [];
  const loads: NewLoad[] = [];
  for (const database of databases) {
    const { name, path } = database;
    if (!isDataFile(path)) {
      ready.push(database);
      continue;
    }
    await checkDataFile(path);
    const target = join(folder, `converted-${ready.length}.db`);
    const report = await convertStep([sourceOf(path)], rulesOfFile(rules, path), target, reporter);
    ready.push({ name, path: target, source: path });
    loads.push(loadOf(name, basename(path), report));
  }
  return { databases: ready, loads };
}

function loadOf(database: string, source: string, report: LoadReport): NewLoad {
  const { tables, warnings, milliseconds, bytesRead } = report;
  const at = new Date().toISOString();
  return {
    id: hash("sha256", `${database}\n${source}\n${at}`).slice(0, 16),
    source,
    status: "published",
    at,
    milliseconds,
    size: bytesRead,
    database,
    tables: tables.map(loadedTable),
    warnings,
    error: null,
  };
}
