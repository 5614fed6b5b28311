/** `dsl restore s3://… --list`: the versions that a replica keeps. */
import { eachConcurrently } from "../../runtime/core/concurrency.ts";
import type { Manifest } from "../../runtime/core/format/manifest.ts";
import { formatAge, formatBytes, formatCount } from "../../runtime/core/quantities.ts";
import type { AwsClients } from "../aws/clients.ts";
import type { Reporter } from "../terminal/reporter.ts";
import { table } from "../terminal/table.ts";
import { describe } from "./replica-versions.ts";
import { openReplica } from "./restore.ts";

/** Each that is listed is read. */
const MOST = 100;
const CONCURRENCY = 8;

/** Prints the newest ones, the newest first, and how far back the others go. */
export async function listVersions(
  connect: () => Promise<AwsClients>,
  from: string,
  reporter: Reporter,
): Promise<void> {
  const { store, versions } = await openReplica(connect, from);
  const found: Manifest[] = [];
  await eachConcurrently(versions.numbers.slice(-MOST), CONCURRENCY, async (number) => {
    const manifest = await versions.manifest(number);
    if (manifest !== null) found.push(manifest);
  });
  found.sort((a, b) => b.version - a.version);
  const now = Date.now();
  const sizeOf = ({ databases }: Manifest) => databases[0]?.size ?? 0;
  const rows = found.map((manifest) => [
    `${manifest.version}`,
    manifest.publishedAt,
    formatAge(now - Date.parse(manifest.publishedAt)),
    formatBytes(sizeOf(manifest)),
  ]);
  const others = versions.numbers.length - found.length;
  const first = others > 0 ? await versions.manifest(versions.numbers[0]!) : null;
  const more = `and ${formatCount(others, "older one")}${first === null ? "" : `, back to ${describe(first)}`}`;
  reporter.result(
    [
      ...table(["VERSION", "PUBLISHED", "AGE", "SIZE"], rows),
      ...(others > 0 ? [more] : []),
      `dsl restore ${store.name} --version NUMBER -o FILE restores one of them.`,
    ],
    {
      replica: store.name,
      database: versions.current.replica,
      kept: versions.numbers.length,
      versions: found.map((manifest) => ({
        version: manifest.version,
        published_at: manifest.publishedAt,
        size: sizeOf(manifest),
      })),
    },
  );
}
