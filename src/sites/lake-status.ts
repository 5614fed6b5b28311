/** What there is to know of a site's lake, for `dsl status`. */
import { formatBytes, formatCount } from "../../runtime/core/quantities.ts";
import type { ListedObject } from "../../runtime/core/store/object-store.ts";
import type { DeployedSite } from "./open-site.ts";

export interface LakeStatus {
  /** In AWS Glue; null: no lake is written any more, and its files are still there. */
  glue_database: string | null;
  files: number;
  bytes: number;
  tables: number;
}

/** Null for a site that never had a lake; `objects` is all that its bucket has. */
export function lakeStatus(
  { stacks }: Pick<DeployedSite, "stacks">,
  objects: readonly ListedObject[],
): LakeStatus | null {
  const database = stacks.get("collect")?.parameters.LakeDatabase || null;
  const files = objects.filter(({ key }) => key.startsWith("lake/"));
  if (database === null && files.length === 0) return null;
  return {
    glue_database: database,
    files: files.length,
    bytes: files.reduce((sum, { size }) => sum + size, 0),
    tables: new Set(files.map(({ key }) => key.split("/")[1])).size,
  };
}

/** Lines. */
export function describeLake(status: LakeStatus | null): string[] {
  if (status === null) return [];
  const { glue_database: database, files, bytes, tables } = status;
  const content =
    files === 0
      ? "no files yet"
      : `${formatCount(files, "file")} of ${formatCount(tables, "table")}, ${formatBytes(bytes)}`;
  return [
    database === null ? `ended; ${content} are kept` : `Glue database ${database}, ${content}`,
  ];
}
