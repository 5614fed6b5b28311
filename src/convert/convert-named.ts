/** Data files among the databases that a command was given. */
import { join } from "node:path";
import type { NamedDatabase } from "../../runtime/publisher/facts.ts";
import type { Reporter } from "../terminal/reporter.ts";
import { convertStep } from "./convert-step.ts";
import { checkDataFile, isDataFile, sourceOf } from "./data-file.ts";

/**
 * The databases with those that are data files (CSV, XLSX …) converted, each into a database of its own
 * in `folder`. Throws a DslError.
 */
export async function convertNamed(
  databases: NamedDatabase[],
  folder: string,
  reporter: Reporter,
): Promise<NamedDatabase[]> {
  const ready: NamedDatabase[] = [];
  for (const database of databases) {
    const { name, path } = database;
    if (!isDataFile(path)) {
      ready.push(database);
      continue;
    }
    await checkDataFile(path);
    const target = join(folder, `converted-${ready.length}.db`);
    await convertStep([sourceOf(path)], {}, target, reporter);
    ready.push({ name, path: target, source: path });
  }
  return ready;
}
