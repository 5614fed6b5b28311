/** Publishing as update-stack does it, without the stacks; and reading everything back. */

import { hash } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { zstdDecompressSync } from "node:zlib";
import { CreateBucketCommand, type S3Client } from "@aws-sdk/client-s3";
import { hashOfIndex, parseBlockIndex } from "../../../runtime/core/format/block-index.ts";
import {
  blockKey,
  historyKey,
  indexKey,
  MANIFEST_KEY,
  type Manifest,
  parseManifest,
} from "../../../runtime/core/format/manifest.ts";
import type { ObjectStore } from "../../../runtime/core/store/object-store.ts";
import { prepareDatabases } from "../../../runtime/publisher/database/prepare.ts";
import type { DatabaseFacts, Published } from "../../../runtime/publisher/facts.ts";
import { type PublishResult, publish } from "../../../runtime/publisher/publish/publish.ts";
import type { PublishAction } from "../../../runtime/publisher/publish/publish-action.ts";
import { readPublished } from "../../../runtime/publisher/publish/published.ts";
import { BucketStore } from "../../../src/aws/bucket-store.ts";
import { createClients } from "../../../src/aws/clients.ts";
import { nameDatabases } from "../../../src/database-names.ts";
import type { StackState } from "../../../src/plan/inputs.ts";
import { planUpdate } from "../../../src/plan/plan-update.ts";

export async function s3Client(endpoint: string): Promise<S3Client> {
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  return createClients({ local: { endpoint, region: "us-east-1", credentials } }).s3();
}

let buckets = 0;

/** A new bucket of the running test. */
export async function newStore(client: S3Client): Promise<BucketStore> {
  const bucket = `publish-${process.pid}-${++buckets}`;
  await client.send(new CreateBucketCommand({ Bucket: bucket }));
  return new BucketStore(client, bucket);
}

export interface PlannedSite {
  action: PublishAction;
  databases: DatabaseFacts[];
  published: Published | null;
}

/** Takes snapshots in `directory` and plans their publication on top of what is in the bucket. */
export async function planSite(
  store: BucketStore,
  paths: string[],
  directory: string,
): Promise<PlannedSite> {
  const published = await readPublished(store);
  const named = nameDatabases(paths);
  const { databases } = await prepareDatabases(named, {
    directory,
    software: "1.0.0",
    published: published?.manifest ?? null,
    keepFreeSpace: false,
    indexes: null,
  });
  const flags = { cors: false, crossdb: false, defaultDeny: false };
  const plan = planUpdate(
    {
      given: new Map(),
      overrides: new Map(),
      stackName: "test",
      storage: "s3",
      service: {},
      viewers: {},
      site: { config: {}, metadata: { title: "Test" }, settings: {}, flags },
    },
    {
      databases,
      cards: [],
      staticFiles: [],
      publisher: { who: null, what: "update-stack" },
      package: {
        software: "1.0.0",
        machine: "x86_64",
        templates: {
          bucket: 'Description: ""',
          service: 'Description: ""',
          inbox: 'Description: ""',
          edge: 'Description: ""',
          collect: "",
          follow: "",
          domain: "",
        },
        codeSize: 0,
        layers: { x86_64: { key: "layers/x.zip", size: 0 } },
        codeKey: () => "code/x.zip",
      },
    },
    {
      account: "123456789012",
      region: "us-east-1",
      packages: new Map(),
      stacks: new Map([["bucket", bucketStack(store.name)]]),
      published,
      access: null,
    },
    new Date(),
  );
  return { action: plan.publish, databases, published };
}

function bucketStack(bucket: string): StackState {
  return {
    name: "test",
    status: "CREATE_COMPLETE",
    condition: "usable",
    parameters: {},
    outputs: { BucketName: bucket },
    tags: {},
    template: "",
  };
}

/** Publishes these files; the temporary snapshots are removed afterwards. */
export async function publishSite(store: BucketStore, ...paths: string[]): Promise<PublishResult> {
  const directory = await mkdtemp(join(tmpdir(), "dsl-test-"));
  try {
    const { action, databases, published } = await planSite(store, paths, directory);
    return await publish(store, action, databases, published);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

export interface ReadBack {
  manifest: Manifest;
  /** The database files by name. */
  files: Map<string, Buffer>;
}

/** Reads a version as a reader without any knowledge would, checking every hash on the way. */
export async function readBack(store: ObjectStore, key = MANIFEST_KEY): Promise<ReadBack> {
  const manifest = parseManifest((await read(store, key)).toString());
  const files = new Map<string, Buffer>();
  for (const { name, index, size, sha256, origin } of manifest.databases) {
    const indexBytes = await read(store, indexKey(index));
    expectHash(indexBytes, hashOfIndex(index));
    const blocks: Buffer[] = [];
    const { blocks: hashes } = parseBlockIndex(indexBytes);
    for (const block of hashes) {
      const raw = zstdDecompressSync(await read(store, blockKey(block)));
      expectHash(raw, block);
      blocks.push(raw);
    }
    const file = Buffer.concat(blocks);
    // A collector's loader never reads the whole file: it may be identified by its blocks.
    const isOfBlocks = origin === "collect" && hash("sha256", file) !== sha256;
    expectHash(isOfBlocks ? Buffer.from(hashes.join(""), "hex") : file, sha256);
    if (file.length !== size) throw new Error(`${name} has ${file.length} bytes, not ${size}`);
    files.set(name, file);
  }
  return { manifest, files };
}

/** The history of the current version, as bytes, must be the current version. */
export async function historyIsRight(store: ObjectStore): Promise<boolean> {
  const current = await read(store, MANIFEST_KEY);
  const { version } = parseManifest(current.toString());
  return current.equals(await read(store, historyKey(version)));
}

async function read(store: ObjectStore, key: string): Promise<Buffer> {
  const stored = await store.get(key);
  if (stored === null) throw new Error(`${key} is not in the bucket`);
  return stored.body;
}

function expectHash(bytes: Buffer, sha256: string): void {
  const actual = hash("sha256", bytes);
  if (actual !== sha256) throw new Error(`bytes with SHA-256 ${actual} under the name ${sha256}`);
}
