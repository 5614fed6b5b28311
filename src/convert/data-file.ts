/** Files with data that are no SQLite databases: which they are, by their names. */
import { stat } from "node:fs/promises";
import { DslError } from "../../runtime/core/dsl-error.ts";
import type { SourceFile } from "../../runtime/load/sources.ts";
import { translateFileError } from "../../runtime/publisher/database/file-errors.ts";

const DATA_FILE =
  /\.(csv|tsv|tab|psv|json|ndjson|jsonl|geojson|xlsx|xlsm|ods|parquet|pq|zip)$|\.(gz|zst)$/i;

/** Whether a command that takes databases converts this file first. */
export function isDataFile(path: string): boolean {
  return DATA_FILE.test(path);
}

export function sourceOf(path: string): SourceFile {
  return { name: path, path };
}

/** Throws a DslError for what is no file or not there. */
export async function checkDataFile(path: string): Promise<void> {
  const info = await stat(path).catch((error) => {
    throw translateFileError(error, path);
  });
  if (info.isDirectory()) {
    throw new DslError(
      "is_directory",
      `${path} is a directory, not a data file`,
      `name the files in it: ${path.replace(/\/+$/, "")}/*`,
    );
  }
}
