/** A site with the databases and the configuration of one profile. */

import { createHash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { buildSiteConfig } from "../../runtime/core/config/site-config.ts";
import { Connection, type ConnectionOptions } from "../../runtime/core/sqlite/connection.ts";
import { fileBody } from "../../runtime/site/http/file-body.ts";
import type { Site, SiteDatabase, SiteSource } from "../../runtime/site/site.ts";
import { Connections } from "../../runtime/site/sources/connections.ts";
import { memoryDatabase } from "../../runtime/site/sources/memory-database.ts";
import { Visitor } from "../../runtime/site/visitor.ts";
import { guardFile } from "../../src/paths.ts";
import { CORPUS, type Profile, readConfig } from "./records.ts";

// Connections look for the guard where Lambda has it, or where this says.
process.env.DSL_GUARD ??= guardFile();

export interface ProfileSite extends SiteSource {
  close(): void;
}

/** Where SQLite finds a file, and why it could not read a part of it. */
export interface Place {
  url: string;
  reads?: NonNullable<ConnectionOptions["reads"]>;
}

export type Locate = (path: string) => Promise<Place>;

const onDisk: Locate = async (path) => ({ url: path });

export function siteOfProfile(profile: Profile, locate: Locate = onDisk): ProfileSite {
  const flags = profile.flags ?? [];
  const config = buildSiteConfig({
    config: readConfig(profile.config),
    metadata: readConfig(profile.metadata),
    settings: Object.fromEntries(
      Object.entries(profile.settings ?? {}).map(([name, value]) => [name, String(value)]),
    ),
    flags: {
      cors: flags.includes("--cors"),
      crossdb: flags.includes("--crossdb"),
      defaultDeny: flags.includes("--default-deny"),
    },
  });
  const connections = new Connections();
  const visitor = new Visitor(config);
  const files = [
    ...(profile.files ?? []).map((file) => fileDatabase(file, true, connections, visitor, locate)),
    ...(profile.immutable ?? []).map((file) =>
      fileDatabase(file, false, connections, visitor, locate),
    ),
  ];
  const needsMemory =
    flags.includes("--memory") || flags.includes("--crossdb") || files.length === 0;
  const memory = memoryDatabase(flags.includes("--crossdb") ? files : [], connections, visitor);
  const site: Site = {
    name: null,
    version: null,
    publishedAt: null,
    storage: "serve",
    config,
    visitor,
    databases: needsMemory ? [memory, ...files] : files,
  };
  return { current: async () => site, close: () => connections.close() };
}

function fileDatabase(
  file: string,
  isMutable: boolean,
  connections: Connections,
  visitor: Visitor,
  locate: Locate,
): SiteDatabase {
  const path = join(CORPUS, "databases", file);
  const name = file.replace(/\.db$/, "");
  const sha256 = isMutable ? null : createHash("sha256").update(readFileSync(path)).digest("hex");
  return {
    name,
    isMutable,
    size: statSync(path).size,
    sha256,
    inspection: null,
    connect: () =>
      connections.get(name, async () => {
        const { url, ...options } = await locate(path);
        const rules = visitor.tableRules(name);
        return new Connection(url, { immutable: !isMutable, rules, ...options });
      }),
    attachable: async () => (await locate(path)).url,
    fileName: file,
    bytes: async () => fileBody(path),
  };
}
