import { basename } from "node:path";
import { formatCount } from "../../runtime/core/quantities.ts";
import { convert } from "../../runtime/load/convert.ts";
import type { LoadReport } from "../../runtime/load/model/report.ts";
import type { LoadRules } from "../../runtime/load/model/rules.ts";
import type { SourceFile } from "../../runtime/load/sources.ts";
import type { Reporter } from "../terminal/reporter.ts";

/** Converts files, showing how far it is and what is odd about them. Throws a LoadError. */
export async function convertStep(
  files: SourceFile[],
  rules: LoadRules,
  target: string,
  reporter: Reporter,
): Promise<LoadReport> {
  const [only, another] = files;
  const what =
    only !== undefined && another === undefined
      ? basename(only.name)
      : formatCount(files.length, "file");
  const step = reporter.step(`Converting ${what}`);
  try {
    // How many rows there will be nobody knows: the detail says how many there are.
    const report = await convert(files, rules, target, ({ table, rows }) =>
      step.progress(0, 1, `${table}: ${formatCount(rows, "row")}`),
    );
    const rows = report.tables.reduce((sum, table) => sum + table.rows, 0);
    step.done(`${formatCount(report.tables.length, "table")}, ${formatCount(rows, "row")}`);
    for (const warning of report.warnings) reporter.warn(warning);
    for (const { table, warnings } of report.tables) {
      for (const warning of warnings) reporter.warn(`${table}: ${warning}`);
    }
    return report;
  } catch (error) {
    step.fail();
    throw error;
  }
}
