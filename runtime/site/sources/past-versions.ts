/**
 * The site as it was: older versions of its data, read on demand from the same bucket. The data is that of
 * then; all that was configured is that of now, above all who may see what. Few are open at a time, however
 * many are asked for.
 */

import { eachConcurrently } from "../../core/concurrency.ts";
import type { Manifest } from "../../core/format/manifest.ts";
import type { Bucket } from "../../core/store/s3.ts";
import { badRequest, forbidden, HttpError } from "../errors.ts";
import { KeptVersions } from "../history/kept-versions.ts";
import { parseMoment, readableTime } from "../history/moment.ts";
import { versionAt } from "../history/version-at.ts";
import { isFor, isOpen, type VersionFacts } from "../history/version-facts.ts";
import type { Past, Site, VersionList } from "../site.ts";
import type { Audience, PublishedSite } from "./published-site.ts";

/** Open at a time, beside those that requests are using: each has connections and lists of blocks. */
const MOST_OPEN = 2;
/** Numbers that a refusal lists one by one, at most. */
const MOST_LISTED = 1000;
/** Manifests that are read at a time. */
const READ_AT_ONCE = 8;

export interface PastOptions {
  /** Makes a Site of a manifest for an audience, nothing of it opened yet. */
  open(manifest: Manifest, audience: Audience): Promise<PublishedSite>;
  /** Gives back what a Site holds when nobody can be using it any more. */
  retire(version: PublishedSite): void;
}

export class PastVersions {
  readonly #kept: KeptVersions;
  readonly #options: PastOptions;
  /** The current version that the open ones were configured by. */
  #present: Manifest | null = null;
  /** By version and audience, the one that was used longest ago first. */
  readonly #open = new Map<string, Promise<PublishedSite>>();

  constructor(bucket: Bucket, options: PastOptions) {
    this.#kept = new KeptVersions(bucket);
    this.#options = options;
  }

  /**
   * The site as `asked` (what `_at` said) wants it.
   * @throws HttpError where that is no version or time, none that is kept, or none that is shown
   */
  async at(present: PublishedSite, asked: string): Promise<Site> {
    const { settings } = present.site.config;
    if (!settings.allow_time_travel) {
      throw forbidden(
        "Earlier versions are not shown on this site (its setting allow_time_travel is off).",
      );
    }
    const version = await this.#versionOf(present, asked);
    if (version < settings.time_travel_from) {
      throw await this.#noVersion(present, `Version ${version} is not shown on this site.`);
    }
    const { site } = await this.#siteOf(present, version);
    return { ...site, past: this.#past(present, version) };
  }

  /** As History has it. */
  async list(upTo: number, most: number): Promise<VersionList> {
    const numbers = (await this.#kept.upTo(upTo)).slice(-most - 1).reverse();
    const facts = new Map<number, VersionFacts>();
    await eachConcurrently(numbers, READ_AT_ONCE, async (number) => {
      const found = await this.#kept.facts(number);
      if (found !== null) facts.set(number, found);
    });
    const listed = numbers.flatMap((number) => facts.get(number) ?? []);
    return { versions: listed.slice(0, most), next: listed[most] ?? null };
  }

  /** To be called when nothing can be read through what is open any more, or it may be out of date. */
  closeAll(): void {
    for (const key of this.#open.keys()) this.#close(key);
  }

  async #versionOf(present: PublishedSite, asked: string): Promise<number> {
    const moment = parseMoment(asked);
    if (moment === null) {
      throw badRequest(
        `_at=${asked.slice(0, 100)} is neither the number of a version nor a time: such as _at=7, _at=2026-11-20 or _at=2026-11-20T12:00 (UTC)`,
      );
    }
    if ("version" in moment) {
      const { version } = moment;
      const isKept =
        version === present.manifest.version ||
        (version >= 1 && version < present.manifest.version && (await this.#kept.has(version)));
      if (!isKept) throw await this.#noVersion(present, `There is no version ${version}.`);
      return version;
    }
    const time = readableTime(new Date(moment.time).toISOString());
    if (moment.time > Date.now()) throw badRequest(`_at is in the future: ${time}`);
    if (moment.time >= Date.parse(present.manifest.publishedAt)) return present.manifest.version;
    const { version } = await versionAt(this.#kept, present.manifest.version, moment.time);
    if (version !== null) return version;
    throw await this.#noVersion(present, `The version of ${time} is not there.`);
  }

  #siteOf(present: PublishedSite, version: number): Promise<PublishedSite> {
    if (this.#present !== present.manifest) this.closeAll();
    this.#present = present.manifest;
    const key = keyOf(present, version);
    const known = this.#open.get(key);
    this.#open.delete(key);
    const opened = known ?? this.#openVersion(present, version);
    this.#open.set(key, opened);
    // One that cannot be opened is tried again.
    opened.catch(() => {
      if (this.#open.get(key) === opened) this.#open.delete(key);
    });
    for (const oldest of this.#open.keys()) {
      if (this.#open.size <= MOST_OPEN) break;
      this.#close(oldest);
    }
    return opened;
  }

  async #openVersion(present: PublishedSite, version: number): Promise<PublishedSite> {
    const now = present.manifest;
    const then = version === now.version ? now : await this.#kept.manifest(version);
    if (then === null) throw await this.#noVersion(present, `There is no version ${version}.`);
    const neededPassword = then.flags.password === true;
    if (then !== now && !(isOpen(then) && isFor({ neededPassword }, now))) {
      throw await this.#noVersion(present, `Version ${version} is not shown on this site.`);
    }
    const { config, metadata, settings, flags } = now;
    const { visitor } = present.site;
    const names = new Set(now.databases.map(({ name }) => name));
    const databases = then.databases.filter(
      ({ name }) => names.has(name) && visitor.mayTravel(name),
    );
    const { loads: _loads, ...rest } = then;
    const asNow = { ...rest, databases, config, metadata, settings, flags };
    return this.#options.open(asNow, present.audience);
  }

  #past(present: PublishedSite, version: number): Past {
    return {
      present: present.manifest.version,
      databases: present.manifest.databases.map(({ name }) => name),
      gone: async () => {
        if (version === present.manifest.version) return null;
        this.#kept.forget();
        if (await this.#kept.has(version)) return null;
        this.#close(keyOf(present, version));
        return this.#noVersion(present, `There is no version ${version} any more.`);
      },
    };
  }

  #close(key: string): void {
    const opened = this.#open.get(key);
    this.#open.delete(key);
    opened?.then((site) => this.#options.retire(site)).catch(() => {});
  }

  /** 404, with the versions that there are. */
  async #noVersion(present: PublishedSite, sentence: string): Promise<HttpError> {
    const { version: last } = present.manifest;
    const { time_travel_from: first } = present.site.config.settings;
    const numbers = (await this.#kept.upTo(last)).filter((each) => each >= first);
    const some = numbers.includes(last) ? numbers : [...numbers, last];
    const versions = some.slice(-MOST_LISTED);
    return new HttpError(404, `${sentence} There are: ${ranges(versions)}.`, {
      title: "No such version",
      details: { versions },
    });
  }
}

function keyOf({ audience }: PublishedSite, version: number): string {
  return `${version} ${audience.key}`;
}

/** `3, 5–14` */
function ranges(numbers: readonly number[]): string {
  const parts: { from: number; to: number }[] = [];
  for (const number of numbers) {
    const last = parts.at(-1);
    if (last !== undefined && last.to === number - 1) last.to = number;
    else parts.push({ from: number, to: number });
  }
  return parts.map(({ from, to }) => (from === to ? `${from}` : `${from}–${to}`)).join(", ");
}
