/**
 * An event that its sender sends again, with the same Idempotency-Key or `_dlt_id`, may come when the month
 * is another: for a day it is looked for in the other databases, too.
 */
import Database from "better-sqlite3";
import type { ManifestDatabase } from "../../core/format/manifest.ts";
import { quoteAlways } from "../../core/names.ts";
import { type EventMessage, isKeyed } from "./event-message.ts";
import { ID } from "./normalise.ts";

/** A database that has not changed for so long is not looked into any more. */
const DAY_MS = 24 * 60 * 60 * 1000;

/** Whether a message may have events that came before as another message. */
export function mayBeElsewhere({ id, events }: EventMessage): boolean {
  return isKeyed(id) || events.some((event) => event.includes(`"${ID}"`));
}

/** Names of the other databases of events that changed lately, or in this batch (`changed`). */
export function neighboursOf(
  name: string,
  entries: readonly Pick<ManifestDatabase, "name" | "origin" | "updatedAt">[],
  changed: readonly string[],
  now: Date,
): string[] {
  const recent = entries.filter(
    ({ origin, updatedAt }) =>
      origin === "collect" && Date.parse(updatedAt) > now.getTime() - DAY_MS,
  );
  const names = new Set([...recent.map((entry) => entry.name), ...changed]);
  names.delete(name);
  return [...names];
}

type IsElsewhere = (table: string, id: string) => boolean;

/** Runs `work`, which may ask whether a table in the database files at `paths` has a row with an id. */
export function withRowsOf<T>(paths: readonly string[], work: (isElsewhere: IsElsewhere) => T): T {
  const databases = paths.map((path) => new Database(path, { readonly: true }));
  try {
    return work((table, id) =>
      databases.some((database) => {
        const columns = database.pragma(`table_info(${quoteAlways(table)})`) as { name: string }[];
        if (!columns.some((column) => column.name === ID)) return false;
        const sql = `SELECT 1 FROM ${quoteAlways(table)} WHERE ${quoteAlways(ID)} = ?`;
        return database.prepare(sql).get(id) !== undefined;
      }),
    );
  } finally {
    for (const database of databases) database.close();
  }
}
