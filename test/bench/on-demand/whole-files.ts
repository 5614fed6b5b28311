/**
 * What reading on demand is held against: the whole file is fetched before the first answer. A new
 * version is a copy of the file that is there, into which the blocks that differ are fetched.
 */
import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { open } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eachConcurrently } from "../../../runtime/core/concurrency.ts";
import type { BlockIndex } from "../../../runtime/core/format/block-index.ts";
import { fetchBlock, fetchIndex } from "../../../runtime/core/format/blocks.ts";
import {
  MANIFEST_KEY,
  type ManifestDatabase,
  parseManifest,
} from "../../../runtime/core/format/manifest.ts";
import { MAX_CONNECTIONS } from "../../../runtime/core/store/http-exchange.ts";
import type { Bucket } from "../../../runtime/core/store/s3.ts";
import { InFlight } from "../../../runtime/site/in-flight.ts";
import type { Site, SiteSource } from "../../../runtime/site/site.ts";
import {
  type Located,
  type PublishedSite,
  publishedSite,
} from "../../../runtime/site/sources/published-site.ts";

interface Copy {
  path: string;
  index: BlockIndex;
}

/** For one request at a time and a bucket with one database. */
export class WholeFiles implements SiteSource {
  readonly #bucket: Bucket;
  readonly #refreshMs: number;
  readonly #folder = mkdtempSync(join(tmpdir(), "dsl-whole-"));
  #served: PublishedSite | null = null;
  #etag: string | null = null;
  #lookedAt = 0;
  #copy: Copy | null = null;

  constructor(bucket: Bucket, refreshMs: number) {
    this.#bucket = bucket;
    this.#refreshMs = refreshMs;
    process.on("exit", () => rmSync(this.#folder, { recursive: true }));
  }

  async current(): Promise<Site> {
    if (this.#served === null || performance.now() - this.#lookedAt >= this.#refreshMs) {
      this.#lookedAt = performance.now();
      await this.#look();
    }
    return this.#served!.site;
  }

  async #look(): Promise<void> {
    const object = await this.#bucket.getIfChanged(MANIFEST_KEY, this.#etag);
    if (object === null) return;
    const manifest = parseManifest(object.body.toString());
    const locate = async (database: ManifestDatabase): Promise<Located> => {
      const { path } = await this.#fetch(database);
      return { url: path, bytes: () => [] as never };
    };
    this.#served?.connections.close();
    const places = { locate, read: async () => null };
    const inFlight = new InFlight();
    this.#served = publishedSite({ name: null, manifest, storage: "s3", places, inFlight });
    this.#etag = object.etag;
  }

  async #fetch(database: ManifestDatabase): Promise<Copy> {
    const path = join(this.#folder, `${database.sha256}.db`);
    const index = await fetchIndex(this.#bucket, database);
    const previous = this.#copy;
    if (previous !== null) copyFileSync(previous.path, path);
    const file = await open(path, previous === null ? "w" : "r+");
    const { blocks, blockSize, size } = index;
    const missing = [...blocks.entries()].filter(([at, sha]) => previous?.index.blocks[at] !== sha);
    await eachConcurrently(missing, MAX_CONNECTIONS, async ([at, sha256]) => {
      const position = at * blockSize;
      const { block } = await fetchBlock(
        this.#bucket,
        sha256,
        Math.min(blockSize, size - position),
      );
      await file.write(block, 0, block.length, position);
    });
    await file.truncate(size);
    await file.close();
    if (previous !== null) rmSync(previous.path);
    this.#copy = { path, index };
    return this.#copy;
  }
}
