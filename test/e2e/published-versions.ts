/** What a site had published, version after version. */
import { join } from "node:path";
import {
  historyKey,
  MANIFEST_KEY,
  type ManifestDatabase,
  parseManifest,
} from "../../runtime/core/format/manifest.ts";
import { fetchPublished } from "../../runtime/publisher/database/fetch-published.ts";
import { readIndexes } from "../../runtime/publisher/publish/published.ts";
import type { BucketStore } from "../../src/aws/bucket-store.ts";
import { checkState, KEPT } from "./live-writer.ts";

export async function manifestAt(store: BucketStore, key: string) {
  return parseManifest((await store.get(key))!.body.toString());
}

/**
 * The number of the commit that each version of a database of `live-writer.ts` has; throws for one that is no state
 * that the database had, and for one whose rows are counted wrong.
 */
export async function commitsOfVersions(
  store: BucketStore,
  from: number,
  folder: string,
): Promise<number[]> {
  const { version } = await manifestAt(store, MANIFEST_KEY);
  const commits: number[] = [];
  for (let number = from; number <= version; number++) {
    const manifest = await manifestAt(store, historyKey(number));
    const path = join(folder, `version-${number}.db`);
    const database = manifest.databases.find((each) => entriesOf(each) !== undefined)!;
    await fetchPublished(store, { indexes: await readIndexes(store, [manifest]) }, database, path);
    const commit = checkState(path);
    const count = entriesOf(database)?.count;
    if (count !== Math.min(commit, KEPT)) {
      throw new Error(`version ${number} says ${count} rows after commit ${commit}`);
    }
    commits.push(commit);
  }
  return commits;
}

function entriesOf({ inspection }: ManifestDatabase) {
  return inspection.tables.find(({ name }) => name === "entries");
}
