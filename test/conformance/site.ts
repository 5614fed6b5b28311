/** A site with the databases and the configuration of one profile. */
import { createHash } from "node:crypto";
import { createReadStream, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { buildSiteConfig } from "../../runtime/core/config/site-config.ts";
import { Connection } from "../../runtime/core/sqlite/connection.ts";
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

export function siteOfProfile(profile: Profile): ProfileSite {
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
    ...(profile.files ?? []).map((file) => fileDatabase(file, true, connections, visitor)),
    ...(profile.immutable ?? []).map((file) => fileDatabase(file, false, connections, visitor)),
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
    databases: needsMemory ? [memory, ...files] : files,
  };
  return { current: async () => site, close: () => connections.close() };
}

function fileDatabase(
  file: string,
  isMutable: boolean,
  connections: Connections,
  visitor: Visitor,
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
      connections.get(
        name,
        async () =>
          new Connection(path, { immutable: !isMutable, rules: visitor.tableRules(name) }),
      ),
    attachable: async () => path,
    fileName: file,
    bytes: async () => createReadStream(path),
  };
}
