/** Databases that are denied, or have SQL switched off, beside each other and behind `_memory`. */
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { buildSiteConfig } from "../../../runtime/core/config/site-config.ts";
import { Connection } from "../../../runtime/core/sqlite/connection.ts";
import { fileBody } from "../../../runtime/site/http/file-body.ts";
import { createApp } from "../../../runtime/site/pipeline/app.ts";
import type { Site, SiteDatabase } from "../../../runtime/site/site.ts";
import { Connections } from "../../../runtime/site/sources/connections.ts";
import { memoryDatabase } from "../../../runtime/site/sources/memory-database.ts";
import { Visitor } from "../../../runtime/site/visitor.ts";
import { guardFile } from "../../../src/paths.ts";
import { fetchPath } from "./fetch-app.ts";
import { readable } from "./readable.ts";

const NAMES = ["shop", "Staff", "odd name"];
const TABLES = ["people", "Notes"];

/** In the rows, names of columns and titles of one table, and nowhere else. */
const word = (database: string, table: string) =>
  `zq${database}${table}zq`.toLowerCase().replace(" ", "");

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "dsl-site-"));
  for (const name of NAMES) {
    const database = new Database(join(folder, `${name}.db`));
    for (const table of TABLES) {
      const canary = word(name, table);
      database.exec(`create table ${table} (id integer primary key, ${canary}col text);
        insert into ${table} values (1, '${canary}');
        create virtual table ${table}_fts using fts5(${canary}col, content=${table}, content_rowid=id);
        insert into ${table}_fts(${table}_fts) values ('rebuild');`);
    }
    database.close();
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

const allow = fc.constantFrom(true, true, true, false, { id: "root" });
const rules = fc.record({ allow, allow_sql: allow }, { requiredKeys: [] });
const config = fc.record({
  site: rules,
  databases: fc.tuple(rules, rules, rules),
  tables: fc.array(fc.tuple(fc.nat(2), fc.constantFrom(...TABLES, "NOTES"), allow), {
    maxLength: 4,
  }),
});
type Config = typeof config extends fc.Arbitrary<infer T> ? T : never;

function configOf({ site, databases, tables }: Config) {
  const configured = NAMES.map((name, at) => {
    const own = tables
      .filter(([of]) => of === at)
      .map(([, table, rule]) => [table, { allow: rule }]);
    const denied = { sql: "select 1", title: word(name, "people"), allow: false };
    return [name, { ...databases[at], tables: Object.fromEntries(own), queries: { denied } }];
  });
  return { ...site, databases: Object.fromEntries(configured) };
}

/** Titles and descriptions of columns. */
function metadata() {
  const describe = (name: string) => (table: string) => {
    const canary = word(name, table);
    return [table, { title: canary, description: canary, columns: { id: canary } }];
  };
  const databases = NAMES.map((name) => {
    return [name, { tables: Object.fromEntries(TABLES.map(describe(name))) }];
  });
  return { databases: Object.fromEntries(databases) };
}

function openSite(asked: Config) {
  const siteConfig = buildSiteConfig({
    config: configOf(asked),
    metadata: metadata(),
    settings: {},
    flags: { cors: false, crossdb: true, defaultDeny: false },
  });
  const visitor = new Visitor(siteConfig);
  const connections = new Connections();
  const options = { guardFile: guardFile() };
  const files = NAMES.map((name): SiteDatabase => {
    const path = join(folder, `${name}.db`);
    const rules = visitor.tableRules(name);
    return {
      name,
      isMutable: true,
      size: statSync(path).size,
      sha256: null,
      inspection: null,
      connect: () => connections.get(name, async () => new Connection(path, { rules, ...options })),
      attachable: async () => path,
      fileName: `${name}.db`,
      bytes: async () => fileBody(path),
    };
  });
  const memory = memoryDatabase(files, connections, visitor, options);
  const site: Site = {
    name: null,
    version: null,
    publishedAt: null,
    storage: "serve",
    config: siteConfig,
    visitor,
    databases: [memory, ...files],
  };
  return {
    app: createApp({ current: async () => site }),
    visitor,
    close: () => connections.close(),
  };
}

const name = fc.constantFrom(...NAMES, "STAFF", "main");
const table = fc.constantFrom(...TABLES, "PEOPLE", "notes_fts", "people_fts_data", "sqlite_master");
const sql = fc
  .tuple(name, table, fc.nat(9))
  .map(([schema, of, form]) => {
    const from = `"${schema}".${of}`;
    return [
      `select * from ${from}`,
      `select * from ${of}`,
      `with x as (select * from ${from}) select * from x`,
      `select (select group_concat(sql) from ${from})`,
      `select * from pragma_table_info('${of}', '${schema}')`,
      `select * from pragma_table_list where schema = '${schema}'`,
      "select * from pragma_database_list",
      `select * from ${from} where ${of} match 'zq*'`,
      `select count(*) from ${from} having count(*) > 0`,
      `explain query plan select * from ${from}`,
    ][form]!;
  })
  .map(encodeURIComponent);
const ending = fc.constantFrom("", ".json", ".csv", ".xlsx", ".parquet", ".db");
const path = fc.oneof(
  fc.tuple(name, ending).map(([of, end]) => `/${encodeURIComponent(of)}${end}`),
  fc
    .tuple(name, table, fc.constantFrom("", "/1", "/-/schema", "/-/columns", "/-/map.json"), ending)
    .map(([of, from, rest, end]) => `/${encodeURIComponent(of)}/${from}${rest}${end}`),
  fc
    .tuple(fc.constantFrom("_memory", "_MEMORY", ...NAMES.map(encodeURIComponent)), ending, sql)
    .map(([of, end, text]) => `/${of}/-/query${end}?sql=${text}`),
  fc
    .tuple(fc.constantFrom("chart", "map"), sql)
    .map(([kind, text]) => `/_memory/-/query/${kind}.json?sql=${text}&_chart=bar&_x=id`),
  fc.constantFrom(
    ...["/", "/.json", "/-/databases.json", "/-/config.json", "/-/schema.json", "/-/queries.json"],
    ...["/_memory", "/_memory.json", "/_memory/-/schema.md", "/-/jump.json?q=", "/_memory.db"],
    ...[
      "/-/search.json?q=z*",
      "/-/search?q=z%C3%B6q",
      "/shop/denied.json",
      "/shop/denied/-/definition",
    ],
  ),
);
const method = fc.constantFrom("GET", "GET", "GET", "HEAD", "OPTIONS", "POST");
const anyHeaders = fc.record(
  {
    "if-none-match": fc.constant("*"),
    "if-modified-since": fc.constant("Sat, 01 Jan 2050 00:00:00 GMT"),
    accept: fc.constant("application/json"),
    range: fc.constant("bytes=0-99999"),
    cookie: fc.constant("ds_actor=root"),
    authorization: fc.constant("Bearer dstok_root"),
    "x-forwarded-host": fc.constant("evil.example"),
  },
  { requiredKeys: [] },
);
const headers = fc.oneof(fc.constant({}), fc.constant({}), anyHeaders);
const request = fc.tuple(path, method, headers);

const SITES = 40;
const REQUESTS = 40;

test(`${SITES} random configurations of three databases: no answer shows what is denied`, async () => {
  let shown = 0;
  const requests = fc.array(request, { minLength: REQUESTS, maxLength: REQUESTS });
  await fc.assert(
    fc.asyncProperty(config, requests, async (asked, all) => {
      const { app, visitor, close } = openSite(asked);
      const denied = (isMemory: boolean) =>
        NAMES.flatMap((database) => TABLES.map((of) => ({ database, of })))
          .filter(({ database, of }) => {
            const isQueried = !isMemory || visitor.mayExecuteSql(database);
            return !(isQueried && visitor.mayViewTable(database, of));
          })
          .map(({ database, of }) => word(database, of));
      try {
        for (const [url, verb, fields] of all) {
          const isMemory = url.toLowerCase().startsWith("/_memory");
          const sent = new Headers({ host: "localhost", ...fields });
          const answer = await fetchPath(app, url, { method: verb, headers: sent });
          const text = await readable(answer);
          const leaked = denied(isMemory).filter((canary) => text.toLowerCase().includes(canary));
          expect({ url, verb, leaked }).toEqual({ url, verb, leaked: [] });
          expect({ url, is: answer.status < 500 }).toEqual({ url, is: true });
          if (text.includes("zq")) shown++;
        }
      } finally {
        close();
      }
    }),
    { numRuns: SITES, endOnFailure: true },
  );
  // What is visible is shown: the test could fail.
  expect(shown).toBeGreaterThan((SITES * REQUESTS) / 200);
}, 60_000);
