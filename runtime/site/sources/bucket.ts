/**
 * The site as the bucket has it (`--storage s3`): the current manifest, databases that are read on
 * demand, a new version swapped in between requests.
 */

import {
  MANIFEST_KEY,
  type Manifest,
  type ManifestDatabase,
  parseManifest,
} from "../../core/format/manifest.ts";
import { log } from "../../core/log.ts";
import type { Bucket, S3Object } from "../../core/store/s3.ts";
import type { InFlight } from "../in-flight.ts";
import type { History, Site, SiteSource } from "../site.ts";
import type { PagedDatabases } from "./paged-databases.ts";
import type { PastVersions } from "./past-versions.ts";
import {
  type Audience,
  type Located,
  type Places,
  type PublishedSite,
  publishedSite,
} from "./published-site.ts";
import { Refresher } from "./refresh.ts";

/** Longest wait of a request for a new version. */
const PATIENCE_MS = 5_000;
/** A look for a new version is given up after this time, retries included. */
const LOOK_DEADLINE_MS = 4_000;

export class BucketSource implements SiteSource {
  readonly #name: string | null;
  readonly #bucket: Bucket;
  readonly #startDatabases: () => Promise<PagedDatabases>;
  readonly #inFlight: InFlight;
  readonly #refresher: Refresher;
  #served: PublishedSite | null = null;
  /** The served version, the one that is being prepared, and older ones that requests may be using. */
  readonly #alive = new Set<PublishedSite>();
  #etag: string | null = null;
  #databases: Promise<PagedDatabases> | null = null;
  #first: Promise<void> | null = null;
  #past: Promise<PastVersions> | null = null;

  /**
   * A new version is looked for at most every `refreshMs`. `startDatabases` is called at once, and
   * again if what it started should ever end; `name` is that of the site.
   */
  constructor(
    bucket: Bucket,
    startDatabases: () => Promise<PagedDatabases>,
    inFlight: InFlight,
    refreshMs: number,
    name: string | null = null,
  ) {
    this.#name = name;
    this.#bucket = bucket;
    this.#startDatabases = startDatabases;
    this.#paged().catch(() => {});
    this.#inFlight = inFlight;
    this.#refresher = new Refresher({
      look: () => this.#look(),
      everyMs: refreshMs,
      patienceMs: PATIENCE_MS,
    });
  }

  /** Throws only while there is no version to serve yet; then the next call tries again. */
  async current(atLeast = 0): Promise<Site> {
    if ((await this.#paged()).hasEnded) this.#startAgain();
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
    const version = this.#read(object, await this.#paged());
    this.#served = version;
    this.#etag = object.etag;
  }

  async #look(): Promise<void> {
    const object = await this.#bucket.getIfChanged(MANIFEST_KEY, this.#etag, LOOK_DEADLINE_MS);
    if (object === null) return;
    const served = this.#served!;
    const version = this.#read(object, await this.#paged());
    await this.#prepare(version, served);
    this.#served = version;
    this.#etag = object.etag;
    this.#inFlight.whenTheseEnd(() => this.#retire(served));
    const [from, to] = [served.manifest.version, version.manifest.version];
    log("info", "serving another version", { from, to });
  }

  /** Started where it is not running. After a failure the next call tries again. */
  #paged(): Promise<PagedDatabases> {
    if (this.#databases !== null) return this.#databases;
    const databases = this.#startDatabases();
    this.#databases = databases;
    databases.catch(() => {
      this.#databases = null;
    });
    return databases;
  }

  /** What is open can read only what is here already: everything is opened anew. */
  #startAgain(): void {
    const served = this.#served;
    this.#served = null;
    this.#databases = null;
    if (served !== null) this.#inFlight.whenTheseEnd(() => this.#retire(served));
    this.#past?.then((past) => past.closeAll()).catch(() => {});
  }

  #read(object: S3Object, databases: PagedDatabases): PublishedSite {
    const history = (version: PublishedSite): History => ({
      at: async (asked) => (await this.#history()).at(version, asked),
      list: async (upTo, most) => (await this.#history()).list(upTo, most),
    });
    return this.#open(parseManifest(object.body.toString()), databases, true, { history });
  }

  #open(
    manifest: Manifest,
    databases: PagedDatabases,
    fills: boolean,
    more: Pick<Places, "history"> & { audience?: Audience },
  ): PublishedSite {
    const { audience, ...history } = more;
    const locate = (database: ManifestDatabase): Promise<Located> =>
      databases.open(database, fills);
    const read = (key: string) => this.#bucket.find(key);
    const blocks = async (database: ManifestDatabase) => {
      const { storedBlocks } = await import("../../core/btree/stored-blocks.ts");
      return storedBlocks(this.#bucket, database);
    };
    const places = { locate, read, blocks, ...history };
    const [name, inFlight] = [this.#name, this.#inFlight];
    const { reads } = databases;
    const version = publishedSite(
      { name, manifest, storage: "s3", places, inFlight, reads },
      audience,
    );
    this.#alive.add(version);
    return version;
  }

  /** What looks at earlier versions, loaded when the first visitor asks for one. */
  #history(): Promise<PastVersions> {
    this.#past ??= import("./past-versions.ts").then(
      ({ PastVersions }) =>
        new PastVersions(this.#bucket, {
          open: async (manifest, audience) =>
            this.#open(manifest, await this.#paged(), false, { audience }),
          retire: (version) => this.#inFlight.whenTheseEnd(() => this.#retire(version)),
        }),
    );
    return this.#past;
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
    version.close();
    this.#alive.delete(version);
    const databases = [...this.#alive].flatMap(({ manifest }) => manifest.databases);
    const wanted = new Set(databases.map((each) => each.sha256));
    this.#databases?.then((open) => open.keepOnly(wanted)).catch(() => {});
  }
}
