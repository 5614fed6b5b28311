/** `dsl restore s3://bucket/path -o shop.db`: a version of a replica as a database again, every byte checked. */
import { lstatSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { DslError } from "../../runtime/core/dsl-error.ts";
import type { Manifest } from "../../runtime/core/format/manifest.ts";
import { pathProblem } from "../../runtime/core/path-problem.ts";
import { formatBytes, formatCount } from "../../runtime/core/quantities.ts";
import type { ObjectStore } from "../../runtime/core/store/object-store.ts";
import { isErrno } from "../../runtime/publisher/database/file-errors.ts";
import { readIndexes } from "../../runtime/publisher/publish/published.ts";
import type { AwsClients } from "../aws/clients.ts";
import { writeDatabase } from "../sites/write-database.ts";
import type { Reporter } from "../terminal/reporter.ts";
import { readReplica } from "./claim.ts";
import { placeOf } from "./destination.ts";
import { openPlace } from "./open-place.ts";
import { describe, ReplicaVersions } from "./replica-versions.ts";

/** Beside a database these are of somebody who has it open, or had and died; they would be read into the new one. */
const OF_OPEN_DATABASES = ["-wal", "-journal"];

export interface RestoreRequest {
  /** `s3://bucket/path`, `file:///folder` or a folder. */
  from: string;
  /** The file to write. */
  out: string;
  /** A number, or a time in ISO 8601; null: the newest. */
  which: { version: number } | { at: string } | null;
  /** Replace a file that is there. */
  force: boolean;
}

/** Throws a DslError: no such replica or version, a file in the way, a damaged replica, a full disk. */
export async function restoreReplica(
  connect: () => Promise<AwsClients>,
  { from, out, which, force }: RestoreRequest,
  reporter: Reporter,
): Promise<void> {
  requireFree(out, force);
  const { store, versions } = await openReplica(connect, from);
  const manifest = await chosen(versions, which, reporter);
  // A replica's version has one.
  const [database] = manifest.databases;
  if (database === undefined) throw damaged(store, manifest);
  const index = (await readIndexes(store, [manifest])).get(database.index);
  if (index === undefined || index.size !== database.size) throw damaged(store, manifest);
  reporter.ifInterrupted(
    `${out} was not written; a file beside it that ends in .partial may be left.`,
    "delete the .partial file, then the same command again",
  );
  const step = reporter.step(`Restoring version ${describe(manifest)} of ${database.name}`);
  try {
    await writeDatabase(store, database, index, out, step);
  } catch (error) {
    step.fail();
    throw explained(error, store, manifest, out);
  }
  step.done(
    `${formatBytes(database.size)} in ${formatCount(index.blocks.length, "block")}, verified`,
  );
  reporter.result([`${out} is version ${describe(manifest)} of ${store.name}`], {
    replica: store.name,
    database: database.name,
    version: manifest.version,
    published_at: manifest.publishedAt,
    path: out,
    size: database.size,
  });
}

/** The versions that a replica keeps. Throws a DslError where there is no replica. */
export async function openReplica(
  connect: () => Promise<AwsClients>,
  from: string,
): Promise<{ store: ObjectStore; versions: ReplicaVersions }> {
  const { store } = await openPlace(placeOf(from), connect);
  const current = await readReplica(store);
  if (current === null) {
    throw new DslError(
      "no_replica",
      `There is no replica at ${store.name}`,
      "the same place as in dsl replicate --to, with the name of the database; a replica that Litestream made is restored by litestream restore",
    );
  }
  return { store, versions: await ReplicaVersions.find(store, current) };
}

async function chosen(
  versions: ReplicaVersions,
  which: RestoreRequest["which"],
  reporter: Reporter,
): Promise<Manifest> {
  if (which === null) return versions.current;
  if ("version" in which) return versions.numbered(which.version);
  const { manifest, isExact } = await versions.at(which.at);
  if (!isExact) {
    reporter.info(
      `Of ${which.at} nothing is kept; the newest version before it that is kept is ${describe(manifest)}`,
    );
  }
  return manifest;
}

function requireFree(out: string, force: boolean): void {
  const open = OF_OPEN_DATABASES.map((suffix) => out + suffix).find(isThere);
  if (open !== undefined) {
    throw new DslError(
      "database_open",
      `${open} is there: a program has ${out} open, or had it when it was killed`,
      `another -o; or end that program, then remove ${out} with what begins with its name`,
    );
  }
  if (isThere(out) && statSync(out, { throwIfNoEntry: false })?.isDirectory()) {
    throw new DslError("file_exists", `${out} is a directory`, `-o with the name of a file in it`);
  }
  if (!isThere(out) || force) return;
  throw new DslError("file_exists", `${out} exists`, "another -o, or --force to replace it");
}

function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

function explained(error: unknown, store: ObjectStore, manifest: Manifest, out: string): unknown {
  if (error instanceof DslError && error.code === "damaged_bucket") {
    return damaged(store, manifest, error);
  }
  if (isErrno(error, "ENOSPC", "EDQUOT")) {
    const [size = 0] = manifest.databases.map((database) => database.size);
    return new DslError(
      "disk_full",
      `There is no room for ${out} (${formatBytes(size)})`,
      "free some space, or -o on another disk; nothing was left behind",
      { cause: error },
    );
  }
  const problem = pathProblem(error);
  const cause = { cause: error };
  if (problem === null) return error;
  return new DslError("file_error", `${resolve(out)} ${problem}`, "another -o", cause);
}

function damaged(store: ObjectStore, manifest: Manifest, cause?: unknown): DslError {
  return new DslError(
    "damaged_replica",
    `Version ${describe(manifest)} of ${store.name} is damaged: a part of it is missing or is not what was written; nothing was restored`,
    "another version (--list shows them); dsl replicate, started anew, sends what its newest version lacks",
    { cause },
  );
}
