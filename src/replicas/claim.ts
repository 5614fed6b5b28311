/**
 * Whose a place is: a replica's own, nobody's yet, or somebody else's. Nothing is ever written into, or removed
 * from, a place that is not a replica of the same database: publishing removes what it does not know.
 */
import { DslError } from "../../runtime/core/dsl-error.ts";
import { MANIFEST_KEY, type Manifest, type Publisher } from "../../runtime/core/format/manifest.ts";
import type { Retention } from "../../runtime/core/format/retention.ts";
import { SOFTWARE } from "../../runtime/core/software.ts";
import type { ObjectStore } from "../../runtime/core/store/object-store.ts";
import { isErrno } from "../../runtime/publisher/database/file-errors.ts";
import { buildManifest, encodeManifest } from "../../runtime/publisher/publish/manifest-build.ts";
import { decodeManifest } from "../../runtime/publisher/publish/published.ts";
import { httpStatus } from "../aws/retry.ts";
import type { OpenPlace } from "./open-place.ts";

/** Where a new replica says nothing: all versions of a day, one an hour for a week. */
const DEFAULT_KEEP: Retention = { hours: 7 * 24 };

/**
 * Makes the place the replica of this database if it is empty. `publisher` is written down then. Resolves with
 * the current manifest. Throws a DslError for a place that is something else, one of OTHERS (publish-followed.ts).
 */
export async function claimPlace(
  place: OpenPlace,
  database: string,
  publisher: Publisher,
): Promise<Manifest> {
  const found = await readReplica(place.store);
  if (found !== null) return requireSame(place.store, found, database);
  await requireFree(place);
  const manifest = emptyManifest(database, publisher);
  const type = "application/json";
  await place.store.putIf({ ifNoneMatch: "*" }, MANIFEST_KEY, encodeManifest(manifest), type);
  // Another one may have been faster.
  const claimed = await readReplica(place.store);
  if (claimed !== null) return requireSame(place.store, claimed, database);
  throw new DslError(
    "claim_lost",
    `${place.store.name} was emptied by somebody else meanwhile`,
    "run the same command again",
  );
}

/** The current manifest of a replica; null where there is none. Throws a DslError where something else is. */
export async function readReplica(store: ObjectStore): Promise<Manifest | null> {
  const stored = await store.get(MANIFEST_KEY);
  if (stored === null) return null;
  const manifest = decode(store, stored.body);
  if (manifest !== null && manifest.replica !== undefined) return manifest;
  const what = manifest === null ? `has a ${MANIFEST_KEY} of something else` : "belongs to a site";
  throw new DslError(
    "not_a_replica",
    `${store.name} ${what}: it is no replica that dsl replicate made`,
    manifest === null
      ? "a place of its own for each replica"
      : "a place of its own for each replica; dsl download with the name of the site gets its databases",
  );
}

function decode(store: ObjectStore, body: Buffer): Manifest | null {
  try {
    return decodeManifest(store, MANIFEST_KEY, body);
  } catch (error) {
    // Of a newer dsl.
    if (body.toString().startsWith('{"format":')) throw error;
    if (error instanceof DslError && error.code === "bad_manifest") return null;
    throw error;
  }
}

function requireSame({ name }: ObjectStore, manifest: Manifest, database: string): Manifest {
  if (manifest.replica === database) return manifest;
  throw new DslError(
    "another_replica",
    `${name} has the replica of another database, ${manifest.replica}`,
    `a place of its own for ${database}; if it is the same database under another name: --alias ${manifest.replica}=PATH`,
  );
}

/** Nothing is here, and no place above belongs to a site or a replica, which could remove it. */
async function requireFree({ store, whole, path }: OpenPlace): Promise<void> {
  const [first] = await store.list("", 1);
  if (first !== undefined) {
    throw new DslError(
      "place_in_use",
      `${store.name} is not empty (${first.key}), and it is no replica that dsl replicate made`,
      "a place of its own for each replica",
    );
  }
  const parts = path.split("/").slice(0, path === "" ? 0 : undefined);
  for (let depth = 0; depth < parts.length; depth++) {
    const key = [...parts.slice(0, depth), MANIFEST_KEY].join("/");
    const above = await whole.get(key).catch(nullIfDenied);
    const manifest = above && decode(whole, above.body);
    if (manifest === null) continue;
    const owner = manifest.replica === undefined ? "a site" : `the replica of ${manifest.replica}`;
    throw new DslError(
      "place_in_use",
      `${store.name} is inside of what belongs to ${owner}, which removes what it does not know`,
      "a place beside it, such as another bucket",
    );
  }
}

/** Whoever may write below a path need not be allowed to read above it. */
function nullIfDenied(error: unknown): null {
  if (httpStatus(error) === 403 || isErrno(error, "EACCES", "EPERM")) return null;
  throw error;
}

function emptyManifest(database: string, publisher: Publisher): Manifest {
  return buildManifest(
    0,
    new Date(),
    SOFTWARE,
    [],
    {
      config: {},
      metadata: {},
      settings: {},
      flags: { cors: false, crossdb: false, defaultDeny: false },
      keep: DEFAULT_KEEP,
      replica: database,
    },
    [],
    publisher,
  );
}
