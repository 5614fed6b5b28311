/**
 * A batch of messages → one published version of the databases of events, in most cases of one. Published
 * whole or not at all: whoever is killed on the way, or loses a race, has changed nothing, and the messages
 * come again.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { clock } from "../../core/clock.ts";
import { DslError } from "../../core/dsl-error.ts";
import { InvalidData } from "../../core/format/check.ts";
import type { ManifestDatabase } from "../../core/format/manifest.ts";
import { SOFTWARE } from "../../core/software.ts";
import type { ObjectStore } from "../../core/store/object-store.ts";
import type { WorkingCopies } from "../../publisher/database/working-copies.ts";
import type { WorkingCopy } from "../../publisher/database/working-copy.ts";
import type { DatabaseFacts, Published } from "../../publisher/facts.ts";
import { requireName } from "../../publisher/publish/merge.ts";
import { publishPart } from "../../publisher/publish/publish-part.ts";
import { readPublished } from "../../publisher/publish/published.ts";
import { type Applied, applyMessages } from "./apply-messages.ts";
import { damaged, factsOf, loadOf } from "./batch-facts.ts";
import { databaseBefore, takeOverSchema } from "./earlier-month.ts";
import { type EventMessage, parseMessage } from "./event-message.ts";
import { mayBeElsewhere, neighboursOf, withRowsOf } from "./neighbours.ts";
import type { Rules } from "./normalise.ts";

/** Each time another loader has published one of the databases. */
const ATTEMPTS = 20;
const PAUSE_MS = 200;

/** Where batches go beside the database. */
export interface BatchExport {
  /** Takes the last batch of the database at `path`, a copy of what is published, unless it has it. */
  catchUp(path: string, name: string): Promise<unknown>;
}

export interface LoadTask {
  store: ObjectStore;
  copies: WorkingCopies;
  /** Name of the database of messages that say none. */
  database: string;
  rules: Rules;
  /** Null where there is none. */
  lake: BatchExport | null;
}

/** What became of the events, in sum. */
type Counts = Omit<Applied, "added" | "loadId">;

export interface BatchResult extends Counts {
  /** Places of the messages that are none. */
  broken: { index: number; reason: string }[];
  /** The version that has the events. */
  version: number;
}

/** The messages for one database. */
interface Group {
  name: string;
  messages: EventMessage[];
  /** Bytes. */
  size: number;
}

/** What became of them. */
interface LoadedGroup {
  group: Group;
  applied: Applied;
  /** Null when no event of it is new. */
  facts: DatabaseFacts | null;
  /** What it was made from, and what was looked at: by name, the SHA-256 of what was published. */
  bases: [string, string | null][];
  /** Of the database. */
  path: string;
  milliseconds: number;
}

/**
 * Loads the messages and publishes. Each batch of a database is in the lake before the next one of it is
 * published, so that at most one is to be caught up with after whatever happened. Throws what may pass; the
 * copies then differ from what is published, and the next batch puts that right. Throws a DslError when a
 * database belongs to another origin.
 */
export async function loadBatch(
  task: LoadTask,
  bodies: readonly string[],
  now: Date,
): Promise<BatchResult> {
  const { groups, broken } = readMessages(bodies, task.database);
  for (let attempt = 1; ; attempt++) {
    const published = await readPublished(task.store);
    const copies = new CopiesOf(task, published);
    const done: LoadedGroup[] = [];
    for (const group of groups) done.push(await loadGroup(task, copies, group, now));
    const result = { ...sumOf(done), broken };
    const databases = done.flatMap(({ facts }) => facts ?? []);
    if (databases.length === 0) {
      // The transactions may have made empty tables: what is published stays as it is.
      return { ...result, version: published?.manifest.version ?? 0 };
    }
    const bases = new Map(done.flatMap((each) => each.bases));
    const reasons = broken.map(({ reason }) => reason);
    const loads = done.flatMap(({ group, applied, facts, milliseconds }) =>
      facts === null ? [] : loadOf(facts, applied, reasons, group.size, milliseconds),
    );
    try {
      const part = { origin: "collect" as const, databases, bases, loads };
      const { version } = await publishPart(task.store, part, SOFTWARE);
      for (const { path, facts } of done) {
        if (facts !== null) await task.lake?.catchUp(path, facts.name);
      }
      return { ...result, version };
    } catch (error) {
      const isOvertaken = error instanceof DslError && error.code === "database_changed";
      if (!isOvertaken || attempt === ATTEMPTS) throw error;
      await sleep(Math.random() * PAUSE_MS);
    }
  }
}

function readMessages(bodies: readonly string[], database: string) {
  const groups = new Map<string, Group>();
  const broken: BatchResult["broken"] = [];
  for (const [index, body] of bodies.entries()) {
    try {
      const message = parseMessage(body);
      const name = message.database ?? database;
      const group = groups.get(name) ?? { name, messages: [], size: 0 };
      group.messages.push(message);
      group.size += body.length;
      groups.set(name, group);
    } catch (error) {
      if (!(error instanceof InvalidData)) throw error;
      broken.push({ index, reason: error.message });
    }
  }
  return { groups: [...groups.values()], broken };
}

/** Copies of what is published, each brought to that once: from then on it has the batch's events, too. */
class CopiesOf {
  readonly #task: LoadTask;
  readonly #published: Published | null;
  readonly #brought = new Map<string, WorkingCopy>();

  constructor(task: LoadTask, published: Published | null) {
    this.#task = task;
    this.#published = published;
  }

  get entries(): readonly ManifestDatabase[] {
    return this.#published?.manifest.databases ?? [];
  }

  /** Of databases that this batch has changed, or looked at. */
  get names(): string[] {
    return [...this.#brought.keys()];
  }

  find(name: string): ManifestDatabase | undefined {
    return this.entries.find((entry) => entry.name === name);
  }

  /** Empty where there is no database of this name. Throws a DslError where one is not the collector's. */
  async get(name: string): Promise<WorkingCopy> {
    const known = this.#brought.get(name);
    if (known !== undefined) return known;
    if (this.#published !== null) requireName(this.#published.manifest, "collect", name);
    const entry = this.find(name);
    const index = entry && this.#published?.indexes.get(entry.index);
    if (entry !== undefined && index === undefined) throw damaged(name);
    const copy = this.#task.copies.of(name);
    await copy.bringTo(this.#task.store, index ?? null, name);
    // Now, because it is what is published; and the month before, which nobody may ever load anything into again.
    if (entry !== undefined) await this.#task.lake?.catchUp(copy.path, name);
    this.#brought.set(name, copy);
    return copy;
  }
}

async function loadGroup(
  { lake, rules }: LoadTask,
  copies: CopiesOf,
  group: Group,
  now: Date,
): Promise<LoadedGroup> {
  const started = clock();
  const { name, messages } = group;
  const current = copies.find(name);
  const isNew = current === undefined && !copies.names.includes(name);
  const before = isNew ? databaseBefore(name, copies.entries) : null;
  const schema = before === null ? null : (await copies.get(before)).path;
  const neighbours = messages.some(mayBeElsewhere)
    ? neighboursOf(name, copies.entries, copies.names, now)
    : [];
  const looked = [];
  for (const neighbour of neighbours) looked.push((await copies.get(neighbour)).path);
  const copy = await copies.get(name);
  const { path } = copy;
  const applied = withRowsOf(looked, (isElsewhere) =>
    copy.change((database) => {
      if (schema !== null) takeOverSchema(schema, database);
      const place = { schemaName: name, now, keepsRanges: lake !== null, isElsewhere };
      return applyMessages(database, messages, place, rules);
    }),
  );
  return {
    group,
    applied,
    facts: applied.loaded === 0 ? null : factsOf(copy, name, current, applied.added),
    bases: [name, ...neighbours].map((each) => [each, copies.find(each)?.sha256 ?? null]),
    path,
    milliseconds: Math.round(clock() - started),
  };
}

function sumOf(done: readonly LoadedGroup[]): Counts {
  const sum = (key: "loaded" | "repeated" | "discarded") =>
    done.reduce((total, { applied }) => total + applied[key], 0);
  return {
    loaded: sum("loaded"),
    repeated: sum("repeated"),
    discarded: sum("discarded"),
    refused: done.flatMap(({ applied }) => applied.refused),
  };
}
