/** `dsl download NAME [DATABASE]`: a published database as a file again, every byte checked. */

import { existsSync } from "node:fs";
import { join } from "node:path";
import { DslError } from "../../runtime/core/dsl-error.ts";
import { formatBytes } from "../../runtime/core/quantities.ts";
import { readIndexes } from "../../runtime/publisher/publish/published.ts";
import type { AwsClients } from "../aws/clients.ts";
import type { Reporter } from "../terminal/reporter.ts";
import { openSite } from "./open-site.ts";
import { requireVersion } from "./versions.ts";
import { damaged, writeDatabase } from "./write-database.ts";

export interface DownloadRequest {
  site: string;
  /** null: all databases. */
  database: string | null;
  /** null: the current one. */
  version: number | null;
  /** An existing folder, or for one database the file to write; null: the current folder. */
  out: string | null;
  /** Replace files that are there. */
  force: boolean;
}

/** Throws a DslError: no such site, version or database, a file in the way, a damaged bucket. */
export async function download(
  clients: AwsClients,
  { site: name, database, version, out, force }: DownloadRequest,
  reporter: Reporter,
): Promise<void> {
  const site = await openSite(clients, name);
  const manifest = version === null ? site.published.manifest : await requireVersion(site, version);
  const wanted = manifest.databases.filter((one) => database === null || one.name === database);
  if (wanted.length === 0) {
    const names = manifest.databases.map((one) => one.name).join(", ");
    throw new DslError(
      "no_database",
      `Version ${manifest.version} of ${name} has no database ${database}`,
      `it has ${names}`,
    );
  }
  const files = wanted.map((one) => ({ one, path: pathFor(one.name, out, wanted.length) }));
  const taken = force ? undefined : files.find(({ path }) => existsSync(path));
  if (taken !== undefined) {
    throw new DslError("file_exists", `${taken.path} exists`, "give another --out, or --force");
  }
  const indexes = await readIndexes(site.store, [manifest]);
  reporter.ifInterrupted(
    "Files that are there are whole; one that ends in .partial may be left.",
    "delete the .partial file, then the same command again with --force",
  );
  for (const { one, path } of files) {
    const index = indexes.get(one.index);
    if (index === undefined) throw damaged(site.store, `the block list of ${one.name}`);
    const step = reporter.step(`Downloading ${one.name}`);
    await writeDatabase(site.store, one, index, path, step);
    step.done(`${formatBytes(one.size)}, verified`);
  }
  reporter.result(
    files.map(({ path }) => path),
    {
      site: name,
      version: manifest.version,
      files: files.map(({ one, path }) => ({ database: one.name, path, size: one.size })),
    },
  );
}

function pathFor(database: string, out: string | null, count: number): string {
  const file = `${database.replaceAll("/", "_")}.db`;
  if (out === null) return file;
  return count === 1 && /\.\w+$/.test(out) ? out : join(out, file);
}
