/**
 * Which versions the bucket keeps, and their manifests. What is asked again within some seconds is not
 * asked of S3 again, and what is remembered is bounded: visitors may ask for any number of versions.
 */
import { historyKey, type Manifest, parseManifest } from "../../core/format/manifest.ts";
import { RecentMap } from "../../core/sqlite/recent-map.ts";
import type { Bucket } from "../../core/store/s3.ts";
import { S3Error } from "../../core/store/s3-requests.ts";
import type { KeptNumbers } from "./version-at.ts";
import { type VersionFacts, versionFacts } from "./version-facts.ts";

const PREFIX = "manifests/";
/** Keys of one listing: the most that S3 gives. */
const PAGE = 1000;
/** A listing is believed for so long: that soon after its removal a version is not shown any more. */
const LISTED_MS = 10_000;
const PAGES_KEPT = 20;
/** What was published when is never another time. */
const TIMES_KEPT = 5000;
const FACTS_KEPT = 50;

interface Page {
  /** Ascending: the first thousand kept versions from the one that was asked for. */
  versions: number[];
  /** Whether there is none behind them. */
  isLast: boolean;
  listedAt: number;
}

export class KeptVersions implements KeptNumbers {
  readonly #bucket: Bucket;
  readonly #pages = new RecentMap<Page>(PAGES_KEPT);
  readonly #times = new RecentMap<number>(TIMES_KEPT);
  readonly #facts = new RecentMap<VersionFacts>(FACTS_KEPT);

  constructor(bucket: Bucket) {
    this.#bucket = bucket;
  }

  async nextFrom(version: number): Promise<number | null> {
    const asked = Date.now();
    const page = await this.#pageWith(version);
    const found = page.versions.find((each) => each >= version);
    if (found !== undefined || page.listedAt >= asked) return found ?? null;
    // It may have been published since that was listed.
    this.#pages.clear();
    const now = await this.#pageWith(version);
    return now.versions.find((each) => each >= version) ?? null;
  }

  async has(version: number): Promise<boolean> {
    return (await this.nextFrom(version)) === version;
  }

  /** The kept versions with the highest numbers up to `last`, ascending; of those, the last thousand. */
  async upTo(last: number): Promise<number[]> {
    const from = Math.max(1, last - PAGE + 1);
    // Nobody asks for more than the current version: where that is not listed, it is newer than the listing.
    if ((await this.nextFrom(last)) === null) return [];
    const pages = await Promise.all([this.#pageWith(from), this.#pageWith(last)]);
    const versions = new Set(pages.flatMap((page) => page.versions));
    return [...versions].filter((each) => each >= from && each <= last).sort((a, b) => a - b);
  }

  /** Asks S3 again at the next question. */
  forget(): void {
    this.#pages.clear();
  }

  async publishedAt(version: number): Promise<number | null> {
    const key = String(version);
    const known = this.#times.get(key);
    if (known !== undefined) return known;
    const facts = await this.facts(version);
    return facts === null ? null : Date.parse(facts.publishedAt);
  }

  /** What a list of versions says of one; null when it is gone. */
  async facts(version: number): Promise<VersionFacts | null> {
    const known = this.#facts.get(String(version));
    if (known !== undefined) return known;
    const manifest = await this.manifest(version);
    if (manifest === null) return null;
    const facts = versionFacts(manifest);
    this.#facts.set(String(version), facts);
    return facts;
  }

  /** null when there is none; throws when it cannot be read. */
  async manifest(version: number): Promise<Manifest | null> {
    try {
      const { body } = await this.#bucket.get(historyKey(version));
      const manifest = parseManifest(body.toString());
      this.#times.set(String(version), Date.parse(manifest.publishedAt));
      return manifest;
    } catch (error) {
      // 403 is the answer for a missing object to those who may not list all of the bucket.
      if (error instanceof S3Error && (error.status === 404 || error.status === 403)) return null;
      throw error;
    }
  }

  /** A listing in which `version` is if it is kept, and else the one behind it if there is one. */
  async #pageWith(version: number): Promise<Page> {
    const start = startOf(version);
    const page = await this.#page(start);
    const isIn = page.isLast || page.versions.some((each) => each >= version);
    return isIn ? page : this.#page(version);
  }

  async #page(from: number): Promise<Page> {
    const known = this.#pages.get(String(from));
    if (known !== undefined && Math.abs(Date.now() - known.listedAt) < LISTED_MS) return known;
    const page = await this.#list(from);
    this.#pages.set(String(from), page);
    return page;
  }

  async #list(from: number): Promise<Page> {
    const listedAt = Date.now();
    const keys = await this.#bucket.keysBehind(PREFIX, historyKey(from - 1), PAGE);
    const versions = keys.flatMap((key) => {
      const digits = /^manifests\/(\d{10})\.json$/.exec(key)?.[1];
      return digits === undefined ? [] : [Number(digits)];
    });
    return { versions, isLast: keys.length < PAGE, listedAt };
  }
}

/** The first version of the thousand that it is in: so few listings answer for all of them. */
function startOf(version: number): number {
  return version - ((version - 1) % PAGE);
}
