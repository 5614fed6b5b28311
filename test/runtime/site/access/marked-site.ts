/**
 * A site of which readers see different parts. Every name and value says by its first syllable which part it
 * is of (`zkvault_rows`), so that whatever is read anywhere tells whether its reader may know of it.
 */
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Actor } from "../../../../runtime/core/access/actor.ts";
import type { ReadScope } from "../../../../runtime/core/access/read-scopes.ts";
import type { SignIn } from "../../../../runtime/core/access/sign-in-provider.ts";
import {
  newTokenText,
  READ_PREFIX,
  type StoredToken,
  tokenHash,
} from "../../../../runtime/core/access/tokens.ts";
import type { Load } from "../../../../runtime/core/format/loads.ts";
import {
  cardKey,
  historyKey,
  MANIFEST_KEY,
  type Manifest,
} from "../../../../runtime/core/format/manifest.ts";
import { signedIn, type VersionedSite, versionedSite } from "../history/versioned-site.ts";
import { quickHash } from "../quick-hash.ts";

export const DATABASES = ["shop", "zksecond_db", "zkvault_db"];

/** By database. */
export const TABLES: Record<string, string[]> = {
  shop: ["zkopen_books", "zkother_notes", "zktable_people", "zktable_view", "zktable_fts"],
  zksecond_db: ["zksecond_rows"],
  zkvault_db: ["zkvault_rows"],
};
export const QUERIES = ["zkquery_named", "zkother_query"];
export const DASHBOARDS = ["zkboard_one", "zkother_board"];

const SHOP = `
  create table zktable_people (id integer primary key, zktable_column text, zktable_born text);
  insert into zktable_people values (1, 'zktable_ada', '1815-12-10'), (2, 'zktable_bob', '1900-01-01');
  create index zktable_index on zktable_people(zktable_column);
  create table zkother_notes (id integer primary key, zkother_text text);
  insert into zkother_notes values (1, 'zkother_first'), (2, 'zkother_second');
  create table zkopen_books (
    id integer primary key,
    title text,
    author integer references zktable_people(id),
    note integer references zkother_notes(id)
  );
  insert into zkopen_books values (1, 'zkopen_title', 1, 1), (2, 'zkopen_next', 2, 2);
  create table zkother_copies (id integer primary key, book integer references zkopen_books(id));
  insert into zkother_copies values (1, 1), (2, 1);
  create view zktable_view as select zktable_column from zktable_people;
  create virtual table zktable_fts using fts5(zktable_column, content='zktable_people');
  insert into zktable_fts(zktable_fts) values ('rebuild');
  create trigger zktable_trigger after insert on zkopen_books begin delete from zktable_people; end;
  analyze;
`;
const rows = (name: string) => `
  create table zk${name}_rows (id integer primary key, zk${name}_text text);
  insert into zk${name}_rows values (1, 'zk${name}_first'), (2, 'zk${name}_second');
`;

const FOR_ANN = { id: ["ann@example.com", "token:auditor"] };
const STAFF = { groups: ["staff"] };
const part = (table: string, title: string) => ({ kind: "number", title, table });

const CONFIG = {
  databases: {
    shop: {
      tables: {
        zktable_people: { allow: FOR_ANN },
        ZKTABLE_VIEW: { permissions: { "view-table": FOR_ANN } },
        zkother_notes: { charts: [{ kind: "bar", x: "zkother_text", title: "zkother_chart" }] },
      },
      queries: {
        zkquery_named: { sql: "select 'zkquery_value' as zkquery_column", allow: STAFF },
        zkother_query: { sql: "select 'zkother_value' as v, :_actor_id as me" },
      },
      dashboards: {
        zkboard_one: { allow: FOR_ANN, parts: [part("zkopen_books", "zkboard_title")] },
        zkother_board: {
          parts: [part("zkother_notes", "zkother_part"), part("zktable_people", "zktable_part")],
        },
      },
    },
    zkvault_db: { allow: STAFF },
  },
};
const METADATA = {
  title: "zktitle_site",
  databases: {
    shop: {
      tables: {
        zktable_people: { description: "zktable_about" },
        zkother_notes: { description: "zkother_about" },
      },
    },
    zkvault_db: { description: "zkvault_about" },
    zksecond_db: { description: "zksecond_about" },
  },
};

const load = (database: string, table: string, status: Load["status"] = "published"): Load => ({
  ...{ id: table, source: `${table}.csv`, status, at: "2026-01-02T12:00:00.000Z" },
  ...{ milliseconds: 1, size: 1, database, version: 2, warnings: [], error: null },
  tables: [
    { table, format: "CSV", mode: "replace", rows: 1, columnCount: 0, columns: [], warnings: [] },
  ],
});

const card = (of: string) => Buffer.from(of).toString("hex").padEnd(64, "0").slice(0, 64);

/** Pictures whose text can be read: what strangers would be shown. */
const CARDS: Record<string, { table: string | null; text: string }[]> = {
  shop: [
    { table: null, text: "zkopen_card zkother_card" },
    { table: "zkopen_books", text: "zkopen_card" },
    { table: "zkother_notes", text: "zkother_card" },
  ],
  zksecond_db: [{ table: null, text: "zksecond_card" }],
  zkvault_db: [],
};

function withCards(manifest: Manifest, objects: Map<string, Buffer>): Manifest {
  const stored = (text: string) => {
    objects.set(cardKey(card(text)), Buffer.from(text));
    return card(text);
  };
  const databases = manifest.databases.map((database) => ({
    ...database,
    source: `${TABLES[database.name]![0]}.db`,
    cards: CARDS[database.name]!.map(({ table, text }) => ({ table, id: stored(text) })),
  }));
  return { ...manifest, databases, card: stored("zktitle_card") };
}

const PASSWORD = "correct horse";
const tokens: StoredToken[] = [];

function bearer(name: string, scopes?: ReadScope[], expires: string | null = null) {
  const text = newTokenText(READ_PREFIX);
  const created = "2026-01-01T00:00:00Z";
  tokens.push({ name, hash: tokenHash(text), created, expires, ...(scopes && { scopes }) });
  return { authorization: `Bearer ${text}` };
}

const basic = (password: string) => ({
  authorization: `Basic ${Buffer.from(`me:${password}`).toString("base64")}`,
});

export interface Reader {
  headers: Record<string, string>;
  /** The parts that it may know of, apart by spaces. */
  sees: string;
}

/** As a provider tells of somebody. */
const person = (name: string, groups: string[]): Actor => ({
  ...{ id: `${name}@example.com`, email: `${name}@example.com`, groups },
});
const ANN = person("ann", ["staff", "all"]);

const SIGN_IN: SignIn = {
  provider: {
    issuer: "https://id.example.com",
    authorization_endpoint: "https://id.example.com/authorize",
    token_endpoint: "https://id.example.com/token",
  },
  ...{ clientId: "dsl", clientSecret: "zksecret_client", scopes: [], origins: [] },
  allow: ["ann", "bob", "cy"].map((name) => `${name}@example.com`),
};

const OPEN = "title open other second file";

export const READERS: Record<string, Reader> = {
  "nobody in particular": { headers: {}, sees: "" },
  "a browser": { headers: { accept: "text/html", "sec-fetch-mode": "navigate" }, sees: "" },
  "a session that is over": { headers: signedIn(ANN, -1), sees: "" },
  "somebody who is not on the list": {
    headers: signedIn(person("eve", ["staff", "all"])),
    sees: "",
  },
  "a token that is over": { headers: bearer("old", undefined, "2026-01-01T00:00:01Z"), sees: "" },
  "a token that was revoked": {
    headers: { authorization: `Bearer ${newTokenText(READ_PREFIX)}` },
    sees: "",
  },
  "the password": { headers: basic(PASSWORD), sees: OPEN },
  "a session of the password": { headers: signedIn(), sees: OPEN },
  "a token": { headers: bearer("robot"), sees: OPEN },
  "a token that a rule names": { headers: bearer("auditor"), sees: `${OPEN} table board` },
  "an actor whom no rule names": {
    headers: signedIn(person("bob", ["all"])),
    sees: `${OPEN}`,
  },
  "an actor of the staff": {
    headers: signedIn(person("cy", ["staff"])),
    sees: `${OPEN} vault query`,
  },
  "an actor whom all rules name": {
    headers: signedIn(ANN),
    sees: `${OPEN} table board vault query`,
  },
  "a token of one table": {
    headers: bearer("narrow", [{ database: "shop", table: "ZKOPEN_books" }]),
    sees: "title open",
  },
  "a token of one database": {
    headers: bearer("second", [{ database: "zksecond_db", table: null }]),
    sees: "title second",
  },
  "a token of what its rules deny": {
    headers: bearer("hopeful", [
      { database: "zkvault_db", table: null },
      { database: "shop", table: "zktable_people" },
    ]),
    sees: "title",
  },
  // After the right one, which is remembered before this one keeps everybody waiting.
  "a wrong password": { headers: basic("wrong"), sees: "" },
};

/** Two versions, behind the password. */
export async function markedSite(): Promise<VersionedSite> {
  const directory = join(mkdtempSync(join(tmpdir(), "dsl-marked-")), "assets");
  mkdirSync(directory);
  writeFileSync(join(directory, "file.txt"), "zkfile_content");
  const site = await versionedSite({
    refreshMs: 60_000,
    access: { password: quickHash(PASSWORD), tokens, signIn: SIGN_IN },
    mounts: [{ mount: "assets", directory }],
  });
  const content = {
    config: CONFIG,
    metadata: METADATA,
    settings: { trace_debug: "1", max_csv_mb: "1" },
    flags: { cors: true, crossdb: true, defaultDeny: false, password: true as const },
    loads: [
      load("shop", "zkopen_books"),
      load("shop", "zktable_people"),
      load("zksecond_db", "zksecond_rows"),
      load("zkvault_db", "zkvault_rows"),
      load("zksecond_db", "zkfailed_rows", "failed"),
    ],
  };
  const all = { zksecond_db: rows("second"), zkvault_db: rows("vault") };
  site.publish({ shop: SHOP, ...all }, content);
  const more = (name: string) => `insert into zk${name}_rows values (3, 'zk${name}_third')`;
  site.publish(
    {
      shop: "delete from zkopen_books where id = 2",
      zksecond_db: more("second"),
      zkvault_db: more("vault"),
    },
    content,
  );
  const manifest = withCards(
    JSON.parse(site.s3.objects.get(MANIFEST_KEY)!.toString()) as Manifest,
    site.s3.objects,
  );
  const bytes = Buffer.from(JSON.stringify(manifest));
  site.s3.objects.set(MANIFEST_KEY, bytes);
  site.s3.objects.set(historyKey(2), bytes);
  return site;
}
