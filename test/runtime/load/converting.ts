/** What the tests of loading have in common: files of a moment, converted and read back. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { convert } from "../../../runtime/load/convert.ts";
import { LoadError } from "../../../runtime/load/model/load-error.ts";
import type { LoadReport } from "../../../runtime/load/model/report.ts";
import type { LoadRules } from "../../../runtime/load/model/rules.ts";

export type Content = string | Uint8Array;

export interface Converted {
  report: LoadReport;
  /** Path of the database. */
  path: string;
}

/** Writes the files into `directory` and converts them into `out.db` there. */
export async function convertFiles(
  directory: string,
  files: Record<string, Content>,
  rules: LoadRules = {},
): Promise<Converted> {
  const sources = Object.entries(files).map(([name, content]) => {
    const path = join(directory, name);
    writeFileSync(path, content);
    return { name, path };
  });
  const path = join(directory, "out.db");
  return { report: await convert(sources, rules, path), path };
}

/** Rows of a query; integers beyond 2^53 as bigints. */
export function query(path: string, sql: string): unknown[][] {
  const database = new Database(path, { readonly: true });
  try {
    const statement = database.prepare(sql).raw().safeIntegers();
    return (statement.all() as unknown[][]).map((row) =>
      row.map((value) => {
        const isSmall = typeof value === "bigint" && Number.isSafeInteger(Number(value));
        return isSmall ? Number(value) : value;
      }),
    );
  } finally {
    database.close();
  }
}

/** "name TYPE" of each column. */
export function columnsOf({ report }: Converted, table = 0): string[] {
  return report.tables[table]!.columns.map(({ name, type }) => `${name} ${type}`);
}

/** The error of a conversion that has to fail. */
export async function failure(conversion: Promise<unknown>): Promise<LoadError> {
  const error = await conversion.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (error instanceof LoadError) return error;
  throw error ?? new Error("The conversion succeeded");
}
