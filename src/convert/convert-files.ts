/** What `dsl convert` does: checks what was named, converts, and says what came of it. */
import { stat, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { DslError } from "../../runtime/core/dsl-error.ts";
import { pathProblem } from "../../runtime/core/path-problem.ts";
import { formatDuration } from "../../runtime/core/quantities.ts";
import type { LoadReport } from "../../runtime/load/model/report.ts";
import type { LoadRules } from "../../runtime/load/model/rules.ts";
import type { Reporter } from "../terminal/reporter.ts";
import { convertStep } from "./convert-step.ts";
import { checkDataFile, sourceOf } from "./data-file.ts";
import { describeTable } from "./describe-report.ts";

export interface ConvertRequest {
  files: string[];
  /** Path of the database. */
  output: string;
  /** Where the report goes as JSON; null for nowhere. */
  reportFile: string | null;
  rules: LoadRules;
}

/** Throws a DslError; the database is then as it was. */
export async function convertFiles(request: ConvertRequest, reporter: Reporter): Promise<void> {
  const { files, output, reportFile, rules } = request;
  if (rules.mode === "upsert" && (rules.primaryKey ?? []).length === 0) {
    throw new DslError(
      "usage",
      "--upsert needs to know which rows are the same",
      "--upsert --pk id, with the column that tells rows apart",
      { exitCode: 2 },
    );
  }
  for (const file of files) await checkDataFile(file);
  await checkTarget(output);
  if (reportFile !== null) await checkTarget(reportFile);
  reporter.ifInterrupted(`${output} is as it was.`, "the same command again");
  const report = await convertStep(files.map(sourceOf), rules, output, reporter);
  if (reportFile !== null) await writeFile(reportFile, `${JSON.stringify(report, null, 2)}\n`);
  reporter.result([...report.tables.flatMap(describeTable), outcome(report, output)], {
    output,
    ...report,
  });
}

/** Throws a DslError for a path where no file can be. */
async function checkTarget(path: string): Promise<void> {
  const folder = dirname(path);
  try {
    await stat(folder);
  } catch (cause) {
    const why = pathProblem(cause) ?? "cannot be used";
    throw new DslError("no_folder", `The folder of ${path} ${why}`, `mkdir -p '${folder}'`, {
      cause,
    });
  }
  const there = await stat(path).catch(() => null);
  if (there?.isDirectory()) {
    throw new DslError(
      "is_directory",
      `${path} is a directory, not a file that could be written`,
      "name a file in it",
    );
  }
}

function outcome({ changed, milliseconds }: LoadReport, output: string): string {
  return changed
    ? `Wrote ${output} in ${formatDuration(milliseconds)}`
    : `${output} has all of this already: nothing was changed`;
}
