/**
 * The site as the bucket has it (`--storage s3`): the current manifest, each database fetched when
 * first asked for, a new version swapped in between requests.
 */

import { MANIFEST_KEY, type ManifestDatabase, parseManifest } from "../../core/format/manifest.ts";
import { log } from "../../core/log.ts";
import type { Bucket, S3Object } from "../../core/store/s3.ts";
import type { InFlight } from "../in-flight.ts";
import type { Site, SiteSource } from "../site.ts";
import type { LocalFiles } from "./local-files.ts";
import { type PublishedSite, publishedSite } from "./published-site.ts";
import { Refresher } from "./refresh.ts";

/** Longest wait of a request for a new version. */
const PATIENCE_MS = 5_000;
/** A look for a new version is given up after this time, retries included. */
const LOOK_DEADLINE_MS = 4_000;

export class BucketSource implements SiteSource {
  readonly #name: string | null;
  readonly #bucket: Bucket;
  readonly #files: LocalFiles;
  readonly #inFlight: InFlight;
  readonly #refresher: Refresher;
  #served: PublishedSite | null = null;
  /** The served version, the one that is being prepared, and older ones that requests may be using. */
  readonly #alive = new Set<PublishedSite>();
  #etag: string | null = null;
  #first: Promise<void> | null = null;

  /** A new version is looked for at most every `refreshMs`; `name` is that of the site. */
  constructor(
    bucket: Bucket,
    files: LocalFiles,
    inFlight: InFlight,
    refreshMs: number,
    name: string | null = null,
  ) {
    this.#name = name;
    this.#bucket = bucket;
    this.#files = files;
    this.#inFlight = inFlight;
    this.#refresher = new Refresher({
      look: () => this.#look(),
      everyMs: refreshMs,
      patienceMs: PATIENCE_MS,
    });
  }

  /** Throws only while there is no version to serve yet; then the next call tries again. */
  async current(atLeast = 0): Promise<Site> {
    if (this.#served !== null) {
      await this.#refresher.beforeRequest(atLeast > this.#served.manifest.version);
    } else {
      this.#first ??= this.#loadFirst().finally(() => {
        this.#first = null;
      });
      await this.#first;
    }
    return this.#served!.site;
  }

  async #loadFirst(): Promise<void> {
    const object = await this.#bucket.get(MANIFEST_KEY);
    const version = this.#read(object);
    await this.#files.sweep(this.#fileNames());
    this.#served = version;
    this.#etag = object.etag;
  }

  async #look(): Promise<void> {
    const object = await this.#bucket.getIfChanged(MANIFEST_KEY, this.#etag, LOOK_DEADLINE_MS);
    if (object === null) return;
    const served = this.#served!;
    const version = this.#read(object);
    await this.#prepare(version, served);
    this.#served = version;
    this.#etag = object.etag;
    this.#inFlight.whenTheseEnd(() => this.#retire(served));
    const [from, to] = [served.manifest.version, version.manifest.version];
    log("info", "serving another version", { from, to });
  }

  #read(object: S3Object): PublishedSite {
    const manifest = parseManifest(object.body.toString());
    const locate = async (database: ManifestDatabase) => (await this.#files.fetch(database)).path;
    const version = publishedSite(this.#name, manifest, "s3", locate);
    this.#alive.add(version);
    return version;
  }

  /** Opens the databases that are in use, so that no request has to wait for them after the swap. */
  async #prepare(next: PublishedSite, served: PublishedSite): Promise<void> {
    try {
      for (const database of next.site.databases) {
        if (served.connections.has(database.name)) await database.connect();
      }
    } catch (error) {
      this.#retire(next);
      throw error;
    }
  }

  #retire(version: PublishedSite): void {
    version.connections.close();
    this.#alive.delete(version);
    this.#files.keepOnly(this.#fileNames());
  }

  /** SHA-256 of the files that may be used. */
  #fileNames(): ReadonlySet<string> {
    const databases = [...this.#alive].flatMap(({ manifest }) => manifest.databases);
    return new Set(databases.map((each) => each.sha256));
  }
}
