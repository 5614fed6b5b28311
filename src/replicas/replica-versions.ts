/** Which versions a replica has kept, and which of them somebody means. */
import { DslError } from "../../runtime/core/dsl-error.ts";
import { historyKey, type Manifest } from "../../runtime/core/format/manifest.ts";
import type { ObjectStore } from "../../runtime/core/store/object-store.ts";
import { decodeManifest } from "../../runtime/publisher/publish/published.ts";

export class ReplicaVersions {
  readonly current: Manifest;
  /** Ascending, the current one last. */
  readonly numbers: readonly number[];
  readonly #store: ObjectStore;
  readonly #read = new Map<number, Manifest>();

  private constructor(store: ObjectStore, current: Manifest, numbers: readonly number[]) {
    this.#store = store;
    this.current = current;
    this.numbers = numbers;
  }

  /** `current` is the manifest of the replica. Throws a DslError where nothing was published yet. */
  static async find(store: ObjectStore, current: Manifest): Promise<ReplicaVersions> {
    if (current.databases.length === 0) {
      throw new DslError(
        "nothing_published",
        `Nothing was replicated to ${store.name} yet`,
        "dsl replicate with the database and this place",
      );
    }
    const kept = (await store.list("manifests/"))
      .map(({ key }) => Number(/^manifests\/(\d{10})\.json$/.exec(key)?.[1] ?? 0))
      // The first place had no database; who was killed may have left one that never became current.
      .filter((number) => number > 0 && number < current.version);
    return new ReplicaVersions(store, current, [...kept.sort((a, b) => a - b), current.version]);
  }

  /** null when it was removed meanwhile. */
  async manifest(number: number): Promise<Manifest | null> {
    if (number === this.current.version) return this.current;
    const known = this.#read.get(number);
    if (known !== undefined) return known;
    const key = historyKey(number);
    const stored = await this.#store.get(key);
    if (stored === null) return null;
    const manifest = decodeManifest(this.#store, key, stored.body);
    this.#read.set(number, manifest);
    return manifest;
  }

  /** Throws a DslError that names the nearest ones for a version that is not kept. */
  async numbered(number: number): Promise<Manifest> {
    const found = this.numbers.includes(number) ? await this.manifest(number) : null;
    if (found !== null) return found;
    const others = this.numbers.filter((each) => each !== number);
    const near = [
      others.findLast((each) => each < number),
      others.find((each) => each > number),
    ].filter((each) => each !== undefined);
    const named = await Promise.all(near.map((each) => this.#described(each)));
    throw new DslError(
      "no_version",
      `Version ${number} of ${this.#store.name} is not kept; the nearest ${near.length === 1 ? "is" : "are"} ${named.join(" and ")}`,
      "--version with one of those; --list shows all that are kept",
    );
  }

  /**
   * What was published last at `time` (ISO 8601), of what is kept; `isExact` is false where versions between it and
   * that time are gone. Throws a DslError for a time before the first or in the future.
   */
  async at(time: string): Promise<{ manifest: Manifest; isExact: boolean }> {
    const moment = Date.parse(time);
    if (moment > Date.now()) {
      throw new DslError(
        "no_version",
        `${time} is in the future`,
        "leave --at out for the newest version; without a zone a time is UTC",
        { exitCode: 2 },
      );
    }
    // Of those before `from` all are of `moment` or earlier, of those from `end` on none is.
    let [from, end] = [0, this.numbers.length];
    while (from < end) {
      const middle = Math.floor((from + end) / 2);
      const manifest = await this.manifest(this.numbers[middle]!);
      if (manifest !== null && Date.parse(manifest.publishedAt) <= moment) from = middle + 1;
      else end = middle;
    }
    const number = this.numbers[from - 1];
    if (number === undefined) {
      throw new DslError(
        "no_version",
        `${time} is before the first version that ${this.#store.name} keeps, ${await this.#described(this.numbers[0]!)}`,
        "a later --at; --list shows all that are kept",
      );
    }
    const next = this.numbers[from];
    return {
      manifest: await this.numbered(number),
      isExact: next === undefined || next === number + 1,
    };
  }

  async #described(number: number): Promise<string> {
    const manifest = await this.manifest(number);
    return manifest === null ? String(number) : describe(manifest);
  }
}

/** `7 (2026-11-20T12:00:30.412Z)`, a time that `--at` understands. */
export function describe({ version, publishedAt }: Manifest): string {
  return `${version} (${publishedAt})`;
}
