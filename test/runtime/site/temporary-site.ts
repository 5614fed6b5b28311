/** Sites for tests: real databases in a temporary folder, the real app. */

import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import Database from "better-sqlite3";
import {
  buildSiteConfig,
  type SiteConfigSource,
} from "../../../runtime/core/config/site-config.ts";
import type { Load } from "../../../runtime/core/format/loads.ts";
import type { StaticMount } from "../../../runtime/core/format/mounts.ts";
import { Connection } from "../../../runtime/core/sqlite/connection.ts";
import { inspectDatabase } from "../../../runtime/core/sqlite/inspect.ts";
import type { ReadAccess } from "../../../runtime/site/access/door.ts";
import type { Front } from "../../../runtime/site/front.ts";
import { fileBody } from "../../../runtime/site/http/file-body.ts";
import { type App, createApp } from "../../../runtime/site/pipeline/app.ts";
import type { Refreshed, Site } from "../../../runtime/site/site.ts";
import { Visitor } from "../../../runtime/site/visitor.ts";
import { guardFile } from "../../../src/paths.ts";
import { fetchPath } from "./fetch-app.ts";

export interface TemporarySite {
  app: App;
  /** The database, for writing: only of use when the site is mutable. */
  database: Database.Database;
  site: Site;
  get(path: string, headers?: Record<string, string>): Promise<Response>;
  close(): void;
}

export interface TemporarySiteOptions {
  config?: Partial<SiteConfigSource>;
  /** Served as a published version rather than as a file that may change. */
  version?: number;
  guard?: boolean;
  mounts?: StaticMount[];
  refreshed?: Refreshed;
  loads?: Load[];
  /** Where the password is, of a site that needs one. Whoever has it sees what strangers would see. */
  readAccess?: ReadAccess;
  /** Under which names visitors come. */
  front?: Front;
}

/** A site with one database, `data`, made by this SQL. */
export function temporarySite(sql: string, options: TemporarySiteOptions = {}): TemporarySite {
  const folder = mkdtempSync(join(tmpdir(), "dsl-site-"));
  const file = join(folder, "data.db");
  const database = new Database(file);
  // Nothing here has to survive a power cut.
  database.pragma("synchronous = off");
  database.unsafeMode().exec(sql);
  const version = options.version ?? null;
  const guard = options.guard === false ? null : guardFile();
  const config = buildSiteConfig({
    config: {},
    metadata: {},
    settings: {},
    flags: { cors: false, crossdb: false, defaultDeny: false },
    ...options.config,
  });
  const visitor = new Visitor(config);
  const connection = new Connection(file, {
    immutable: version !== null,
    guardFile: guard,
    rules: visitor.tableRules("data"),
  });
  const site: Site = {
    name: version === null ? null : "example",
    version,
    publishedAt: version === null ? null : "2026-11-21T00:00:00.000Z",
    storage: version === null ? "serve" : "embed",
    config,
    visitor,
    seenBy: async () => site,
    loads: options.loads,
    databases: [
      {
        name: "data",
        isMutable: version === null,
        size: statSync(file).size,
        refreshed: options.refreshed,
        sha256: version === null ? null : "ab".repeat(32),
        inspection: version === null ? null : inspectDatabase(connection),
        connect: async () => connection,
        attachable: async () => file,
        fileName: basename(file),
        bytes: async () => fileBody(file),
      },
    ],
  };
  const app = createApp(
    { current: async () => site },
    options.mounts,
    options.readAccess,
    options.front,
  );
  return {
    app,
    database,
    site,
    get: async (path, headers = {}) =>
      fetchPath(app, path, { headers: new Headers({ host: "localhost", ...headers }) }),
    close: () => {
      connection.close();
      database.close();
      rmSync(folder, { recursive: true });
    },
  };
}
