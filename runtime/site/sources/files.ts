/**
 * The site of `dsl serve`: local files, mutable ones too. Other processes may write to these while
 * they are served, which SQLite takes care of, and may put other files in their place, which is
 * found out here.
 */
import { type BigIntStats, statSync } from "node:fs";
import { basename } from "node:path";
import { pathToFileURL } from "node:url";
import type { Actor } from "../../core/access/actor.ts";
import type { SiteConfig } from "../../core/config/site-config.ts";
import type { Inspection } from "../../core/format/inspection.ts";
import { logError } from "../../core/log.ts";
import { Connection } from "../../core/sqlite/connection.ts";
import type { TimeLimits } from "../../core/sqlite/guard.ts";
import { fileBody } from "../http/file-body.ts";
import type { InFlight } from "../in-flight.ts";
import type { Site, SiteDatabase, SiteSource } from "../site.ts";
import { Visitor } from "../visitor.ts";
import { Connections } from "./connections.ts";
import { memoryDatabase } from "./memory-database.ts";

export interface ServedFile {
  name: string;
  path: string;
  isMutable: boolean;
  /** SHA-256, hex; null for mutable files. */
  sha256: string | null;
  inspection: Inspection | null;
}

export interface FilesOptions extends TimeLimits {
  files: readonly ServedFile[];
  config: SiteConfig;
  /** Serve `_memory`, too. */
  memory: boolean;
  /** Read files that another process keeps locked. */
  nolock: boolean;
  /** null for none: visitors then cannot run SQL of their own. */
  guardFile: string | null;
  inFlight: InFlight;
  /** Whom everybody is taken for; null: nobody. */
  actor: Actor | null;
}

/** The site with the files as they were when they were opened. */
interface Opened {
  site: Site;
  connections: Connections;
  /** Which file each open database is, by path. */
  identities: Map<string, string>;
}

export class FilesSource implements SiteSource {
  readonly #options: FilesOptions;
  #opened: Opened;

  constructor(options: FilesOptions) {
    this.#options = options;
    this.#opened = openSite(options);
  }

  async current(): Promise<Site> {
    if (hasReplacedFile(this.#opened)) await this.#reopen();
    return this.#opened.site;
  }

  /** Closes the databases; nothing may be asked afterwards. */
  close(): void {
    this.#opened.connections.close();
  }

  /** A file that is being put in its place may be incomplete: until it can be read the old one is served. */
  async #reopen(): Promise<void> {
    const old = this.#opened;
    const next = openSite(this.#options);
    try {
      for (const database of next.site.databases) {
        if (!old.connections.has(database.name)) continue;
        (await database.connect()).readSchema("select count(*) from sqlite_schema");
      }
    } catch (error) {
      next.connections.close();
      logError(
        "a file was replaced by one that cannot be read; the old one is still served",
        error,
      );
      return;
    }
    // Another request may have been faster.
    if (this.#opened !== old) {
      next.connections.close();
      return;
    }
    this.#opened = next;
    this.#options.inFlight.whenTheseEnd(() => old.connections.close());
  }
}

function openSite(options: FilesOptions): Opened {
  const { files, config, memory, nolock, actor } = options;
  const { guardFile, longestMs, stuckMs } = options;
  const limits = { guardFile, longestMs, stuckMs };
  const visitor = new Visitor(config, actor);
  const connections = new Connections();
  const identities = new Map<string, string>();
  const cacheSizeKb = config.settings.cache_size_kb;
  const databases = files.map((served): SiteDatabase => {
    const { name, path, isMutable, sha256, inspection } = served;
    const open = async () => {
      identities.set(path, identityOf(statSync(path, { bigint: true })));
      const rules = visitor.tableRules(name);
      const how = { immutable: !isMutable, cacheSizeKb, rules, ...limits };
      return new Connection(databaseUrl(served, nolock), how);
    };
    return {
      name,
      isMutable,
      get size() {
        return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
      },
      sha256,
      inspection,
      connect: () => connections.get(name, open),
      attachable: async () => path,
      fileName: basename(path),
      bytes: async () => fileBody(path),
    };
  });
  if (memory) {
    const attached = config.flags.crossdb ? databases : [];
    databases.unshift(memoryDatabase([...attached], connections, visitor, limits));
  }
  const site: Site = {
    name: null,
    version: null,
    publishedAt: null,
    storage: "serve",
    config,
    visitor,
    databases,
    ...(actor && { servedTo: { actor } }),
  };
  return { site, connections, identities };
}

/**
 * https://www.sqlite.org/uri.html; `SQLITE_USE_URI=1` makes better-sqlite3 understand it. An
 * immutable file is read without locks, from a read-only directory, too.
 */
export function databaseUrl(file: Pick<ServedFile, "path" | "isMutable">, nolock: boolean): string {
  const url = pathToFileURL(file.path);
  if (!file.isMutable) url.searchParams.set("immutable", "1");
  else if (nolock) url.searchParams.set("nolock", "1");
  return url.href;
}

/** A file that is missing may be about to be replaced. */
function hasReplacedFile({ identities }: Opened): boolean {
  for (const [path, identity] of identities) {
    const found = statSync(path, { bigint: true, throwIfNoEntry: false });
    if (found !== undefined && identityOf(found) !== identity) return true;
  }
  return false;
}

function identityOf({ dev, ino }: BigIntStats): string {
  return `${dev}/${ino}`;
}
