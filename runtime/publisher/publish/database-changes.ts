import type { ManifestDatabase } from "../../core/format/manifest.ts";
import type { DatabaseFacts, Published } from "../facts.ts";
import type { DatabaseChange } from "./publish-action.ts";

/**
 * What becomes of each database: those that the site will have (`entries`) in their order, then the
 * removed ones. Those that are not among `databases` are kept as they are.
 */
export function databaseChanges(
  entries: ManifestDatabase[],
  databases: DatabaseFacts[],
  published: Published | null,
): DatabaseChange[] {
  const names = new Set(entries.map(({ name }) => name));
  const removed = (published?.manifest.databases ?? [])
    .filter(({ name }) => !names.has(name))
    .map(({ name, size }): DatabaseChange => ({ change: "removed", name, size }));
  const changes = entries.map(({ name, size, origin }): DatabaseChange => {
    const database = databases.find((each) => each.name === name);
    return database === undefined
      ? { change: "kept", name, size, origin }
      : changeOf(database, published);
  });
  return [...changes, ...removed];
}

function changeOf(
  { name, size, sha256, blocks }: DatabaseFacts,
  published: Published | null,
): DatabaseChange {
  const before = published?.manifest.databases.find((database) => database.name === name);
  if (before === undefined) return { change: "new", name, size, blocks: blocks.length };
  if (before.sha256 === sha256) return { change: "unchanged", name, size };
  const changedBlocks = countNew(blocks, published?.indexes.get(before.index)?.blocks ?? []);
  return { change: "changed", name, size, blocks: blocks.length, changedBlocks };
}

/** How many of `blocks` are not among `known`. */
function countNew(blocks: string[], known: string[]): number {
  const seen = new Set(known);
  return blocks.filter((block) => !seen.has(block)).length;
}
