/** The app over the example database, published again and again. */
import { basename } from "node:path";
import { buildSiteConfig } from "../../../runtime/core/config/site-config.ts";
import { Connection } from "../../../runtime/core/sqlite/connection.ts";
import { inspectDatabase } from "../../../runtime/core/sqlite/inspect.ts";
import { type Answer, isWhole } from "../../../runtime/site/http/answer.ts";
import { createApp } from "../../../runtime/site/pipeline/app.ts";
import type { Site } from "../../../runtime/site/site.ts";
import { Visitor } from "../../../runtime/site/visitor.ts";
import { guardFile } from "../../../src/paths.ts";

export interface VersionedApp {
  /** What it answers from now on. */
  version: number;
  /** The pages that there are, those that are asked for most first. */
  pages: string[];
  ask(
    url: string,
    headers: ReadonlyMap<string, string>,
    sharedSeconds: number,
  ): Promise<Answer & { bytes: Buffer }>;
}

export function versionedApp(file: string): VersionedApp {
  const connection = new Connection(file, { immutable: true, guardFile: guardFile() });
  const flags = { cors: false, crossdb: false, defaultDeny: false };
  const config = buildSiteConfig({ config: {}, metadata: {}, settings: {}, flags });
  const inspection = inspectDatabase(connection);
  const site: Site = {
    name: "bench",
    version: 1,
    publishedAt: "2026-11-21T00:00:00Z",
    storage: "embed",
    config,
    visitor: new Visitor(config),
    databases: [
      {
        name: "northwind",
        isMutable: false,
        size: 1,
        sha256: "0".repeat(64),
        inspection,
        connect: async () => connection,
        attachable: async () => file,
        fileName: basename(file),
        bytes: async () => (async function* () {})(),
      },
    ],
  };
  const made: VersionedApp = {
    version: 1,
    pages: pagesOf(inspection.tables.filter(({ hidden }) => !hidden)),
    ask: async (url, headers, sharedSeconds) => {
      const answer = await app({
        method: "GET",
        url,
        headers: { get: (name) => headers.get(name) ?? null },
        isSecure: true,
        sharedSeconds,
      });
      if (!isWhole(answer.body)) throw new Error(`${url} is sent bit by bit`);
      return { ...answer, bytes: Buffer.from(answer.body ?? "") };
    },
  };
  const app = createApp({ current: async () => ({ ...site, version: made.version }) });
  return made;
}

/** Front page, databases, tables in several orders and forms, rows. */
function pagesOf(tables: readonly { name: string; columns: readonly string[] }[]): string[] {
  const base = "/northwind";
  const ways = tables.flatMap(({ name, columns }) =>
    columns.flatMap((column) => [
      `${base}/${name}?_sort=${column}`,
      `${base}/${name}?_facet=${column}`,
      `${base}/${name}.json?_sort_desc=${column}`,
    ]),
  );
  const rows = tables.flatMap(({ name }) =>
    Array.from({ length: 60 }, (_, at) => `${base}/${name}/${at + 1}`),
  );
  return [
    "/",
    base,
    ...tables.map(({ name }) => `${base}/${name}`),
    ...tables.map(({ name }) => `${base}/${name}.json`),
    ...ways,
    ...rows,
  ];
}
