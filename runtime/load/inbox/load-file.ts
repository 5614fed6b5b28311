/** A file of the inbox → the tables of its database, published. */
import { join } from "node:path";
import { InvalidData } from "../../core/format/check.ts";
import { formatBytes } from "../../core/quantities.ts";
import { SOFTWARE } from "../../core/software.ts";
import type { ObjectStore } from "../../core/store/object-store.ts";
import {
  type Current,
  changeDatabase,
  type Made,
} from "../../publisher/publish/change-database.ts";
import { recordLoads } from "../../publisher/publish/record-loads.ts";
import { convert } from "../convert.ts";
import { parseFileRules, rulesFor } from "../model/file-rules.ts";
import { LoadError } from "../model/load-error.ts";
import type { TableReport } from "../model/report.ts";
import type { LoadRules } from "../model/rules.ts";
import { versionOfBegun, writeBegun } from "./begun.ts";
import { INBOX, type InboxFile } from "./inbox-key.ts";
import { type LoadRecord, summaryOf } from "./load-record.ts";
import type { ObjectEvent } from "./object-event.ts";

/** What is known before it is loaded. */
export interface Fetched {
  event: ObjectEvent;
  file: InboxFile;
  /** Where the file is, and a folder for temporary files. */
  path: string;
  folder: string;
  /** Milliseconds since the epoch: what takes longer is given up. */
  deadline: number;
}

export type Loaded = Pick<LoadRecord, "status" | "database" | "version" | "tables" | "warnings">;

/**
 * Null when it is not to be loaded any more, which `isCurrent` tells at each attempt. `recordOf` makes the
 * record that is listed with the new version. Throws a DslError for a file that cannot be loaded.
 */
export async function loadFile(
  store: ObjectStore,
  fetched: Fetched,
  isCurrent: () => Promise<boolean>,
  recordOf: (loaded: Loaded) => LoadRecord,
): Promise<Loaded | null> {
  const { event, file, folder } = fetched;
  const database = file.database;
  let result: Loaded = { status: "published", database, version: null, tables: [], warnings: [] };
  let done: number | null = null;
  const change = { name: database, origin: "inbox" as const, folder, software: SOFTWARE };
  const changed = await changeDatabase(store, change, async (current) => {
    if (!(await isCurrent())) return null;
    done = await versionOfEarlierTry(store, event, database, current);
    if (done !== null) return null;
    const { made, tables, warnings } = await makeDatabase(store, fetched, current);
    result = { ...result, tables, warnings };
    return { ...made, loads: [summaryOf(recordOf(result))] };
  });
  if (changed === null) return done === null ? null : { ...result, version: done };
  const loaded: Loaded = {
    ...result,
    status: changed.isNew ? "published" : "unchanged",
    version: changed.version,
    warnings: [...result.warnings, ...changed.warnings],
  };
  if (!changed.isNew) await recordLoads(store, [summaryOf(recordOf(loaded))]);
  return loaded;
}

/** The version that this event led to already, before whoever handled it could say so; null for none. */
async function versionOfEarlierTry(
  store: ObjectStore,
  event: ObjectEvent,
  database: string,
  { published }: Current,
): Promise<number | null> {
  if (published === null) return null;
  const listed = published.manifest.loads?.find(({ id }) => id === event.sequencer);
  if (listed?.status === "published") return listed.version;
  return versionOfBegun(store, event, database, published.manifest);
}

async function makeDatabase(
  store: ObjectStore,
  { event, file: { file, key, isWhole }, path, deadline }: Fetched,
  { published, folder, fetch }: Current,
): Promise<{ made: Omit<Made, "loads">; tables: TableReport[]; warnings: string[] }> {
  if (isWhole) return { made: { path, source: file }, tables: [], warnings: [] };
  const rules = rulesOf(published?.manifest.loadRules, key);
  const target = join(folder, "database.db");
  await fetch(target);
  const { tables, warnings } = await convert([{ name: file, path }], rules, target, () => {
    if (Date.now() > deadline) throw tooSlow(file);
  });
  const addsRows = rules.mode === "append" || rules.mode === "upsert";
  const version = published?.manifest.version ?? 0;
  const made: Omit<Made, "loads"> = {
    path: target,
    source: file,
    ...(addsRows && {
      beforePublish: (sha256) => writeBegun(store, event, version, sha256),
    }),
  };
  return { made, tables, warnings };
}

function rulesOf(written: unknown, key: string): LoadRules {
  if (written === undefined) return {};
  try {
    return rulesFor(parseFileRules(written, "rules"), key.slice(INBOX.length));
  } catch (cause) {
    if (!(cause instanceof InvalidData)) throw cause;
    const hint = "publish other rules with dsl update-stack, and put the file again";
    throw new LoadError("bad_rules", cause.message, hint, { cause });
  }
}

/** `size`: bytes of the file; `limit`: those that the inbox takes. */
export function tooLarge({ file, database }: InboxFile, size: number, limit: number): LoadError {
  return new LoadError(
    "too_large",
    `${file} has ${formatBytes(size)}; the inbox takes files of up to ${formatBytes(limit)}`,
    convertElsewhere(file, database),
  );
}

/** When there is no more room for the database and its copies. */
export function noRoom({ file, database }: InboxFile): LoadError {
  return new LoadError(
    "too_large",
    `${file} with what is in the database ${database} needs more than the 10 GB of disk that the inbox has`,
    convertElsewhere(file, database),
  );
}

function tooSlow(file: string): LoadError {
  return new LoadError(
    "too_large",
    `${file} takes longer than the function of the inbox may run`,
    convertElsewhere(file, "data"),
  );
}

function convertElsewhere(file: string, database: string): string {
  return `convert it on a computer: dsl convert ${file} -o ${database}.db, and publish that with dsl update-stack`;
}
