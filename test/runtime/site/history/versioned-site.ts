/** A site in a small S3 that is published again and again: the real source, the real app. */
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import type { Actor } from "../../../../runtime/core/access/actor.ts";
import { signSession } from "../../../../runtime/core/access/session.ts";
import {
  historyKey,
  MANIFEST_KEY,
  type Manifest,
} from "../../../../runtime/core/format/manifest.ts";
import type { StaticMount } from "../../../../runtime/core/format/mounts.ts";
import { Connection } from "../../../../runtime/core/sqlite/connection.ts";
import { inspectDatabase } from "../../../../runtime/core/sqlite/inspect.ts";
import { Bucket } from "../../../../runtime/core/store/s3.ts";
import type { Access } from "../../../../runtime/site/access/door.ts";
import { InFlight } from "../../../../runtime/site/in-flight.ts";
import { type App, createApp } from "../../../../runtime/site/pipeline/app.ts";
import { BucketSource } from "../../../../runtime/site/sources/bucket.ts";
import { PagedDatabases } from "../../../../runtime/site/sources/paged-databases.ts";
import { guardFile } from "../../../../src/paths.ts";
import { BUCKET, environmentOf, type SmallS3, startSmallS3 } from "../../core/store/small-s3.ts";
import { fetchPath } from "../fetch-app.ts";
import { makeManifest, publishDatabase } from "../sources/published.ts";

const SESSION_KEY = randomBytes(32);
const ACCESS: Access = { password: "", signIn: null, key: SESSION_KEY, tokens: [] };

/** What lets somebody in to a version that needs a password, for so many milliseconds. */
export function signedIn(
  actor: Actor = { id: "password" },
  milliseconds = 600_000,
): Record<string, string> {
  const session = signSession({ actor, until: Date.now() + milliseconds }, SESSION_KEY);
  return { authorization: `Bearer ${session}` };
}

export interface VersionedSite {
  app: App;
  s3: SmallS3;
  databases: () => PagedDatabases;
  /**
   * Runs SQL in the database of this name (`data`), publishes all databases, and returns the version, which is
   * published a day after the one before: version 1 on 2026-01-01 at noon. Databases in `without` are
   * left out.
   */
  publish(
    sql: Record<string, string>,
    content?: Partial<Manifest>,
    without?: readonly string[],
  ): number;
  /** Takes a version out of the history, as the collector does. */
  remove(version: number): void;
  get(path: string, headers?: Record<string, string>): Promise<Response>;
  text(path: string): Promise<string>;
  json(path: string): Promise<Record<string, never>>;
  close(): Promise<void>;
}

export interface VersionedSiteOptions {
  refreshMs?: number;
  /** What lets in beside sessions. */
  access?: Partial<Access>;
  mounts?: StaticMount[];
}

export async function versionedSite({
  refreshMs = 0,
  access = {},
  mounts = [],
}: VersionedSiteOptions = {}): Promise<VersionedSite> {
  const s3 = await startSmallS3();
  const folder = mkdtempSync(join(tmpdir(), "dsl-versions-"));
  const environment = environmentOf(s3);
  const inFlight = new InFlight();
  let databases: PagedDatabases | null = null;
  const start = async () => {
    databases = await PagedDatabases.start({
      extensionFile: guardFile(),
      bucket: BUCKET,
      environment,
      directory: folder,
      cacheBytes: 64 * 1024 * 1024,
    });
    return databases;
  };
  const before = process.env.DSL_GUARD;
  process.env.DSL_GUARD = guardFile();
  const source = new BucketSource(new Bucket(BUCKET, environment), start, inFlight, refreshMs);
  const app = createApp(source, mounts, async () => ({ ...ACCESS, ...access }));
  const files: Record<string, string> = {};
  let version = 0;

  async function get(path: string, headers: Record<string, string> = {}): Promise<Response> {
    const end = inFlight.begin();
    try {
      return await fetchPath(app, path, { headers: new Headers(headers) });
    } finally {
      end();
    }
  }

  return {
    app: async (request) => {
      const end = inFlight.begin();
      try {
        return await app(request);
      } finally {
        end();
      }
    },
    s3,
    async close() {
      if (before === undefined) delete process.env.DSL_GUARD;
      else process.env.DSL_GUARD = before;
      await databases?.close();
      await s3.close();
      rmSync(folder, { recursive: true, force: true });
    },
    databases: () => databases!,
    publish(sql, content = {}, without = []) {
      for (const [name, text] of Object.entries(sql)) {
        files[name] ??= join(folder, `${name}.db`);
        const database = new Database(files[name]);
        database.exec(text);
        database.close();
      }
      version++;
      const published = Object.entries(files).map(([name, path]) => ({
        ...publishDatabase(s3.objects, name, path),
        inspection: inspectionOf(path),
      }));
      const kept = published.filter(({ name }) => !without.includes(name));
      const manifest = {
        ...makeManifest(version, kept),
        publishedAt: `2026-01-${String(version).padStart(2, "0")}T12:00:00.000Z`,
        timeTravel: true as const,
        ...content,
      };
      const bytes = Buffer.from(JSON.stringify(manifest));
      s3.objects.set(historyKey(version), bytes);
      s3.objects.set(MANIFEST_KEY, bytes);
      return version;
    },
    remove: (gone) => void s3.objects.delete(historyKey(gone)),
    get,
    text: async (path) => (await get(path)).text(),
    json: async (path) => (await get(path)).json() as Promise<Record<string, never>>,
  };
}

function inspectionOf(path: string): Manifest["databases"][number]["inspection"] {
  const connection = new Connection(path, { immutable: true });
  try {
    return inspectDatabase(connection);
  } finally {
    connection.close();
  }
}
