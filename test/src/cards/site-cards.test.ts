import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildSiteConfig } from "../../../runtime/core/config/site-config.ts";
import { inspectSnapshot } from "../../../runtime/publisher/database/inspect.ts";
import type { DatabaseFacts } from "../../../runtime/publisher/facts.ts";
import { cardLogo } from "../../../src/cards/card-logo.ts";
import { siteCards } from "../../../src/cards/site-cards.ts";

let folder: string;
let facts: DatabaseFacts;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "dsl-cards-"));
  const snapshot = join(folder, "data.db");
  const database = new Database(snapshot);
  database.exec(`
    create table birds (id integer primary key, name text);
    with recursive n(i) as (select 1 union all select i + 1 from n where i < 30)
      insert into birds select i, 'bird ' || i from n;
    create table salaries (id integer primary key, amount integer);
    insert into salaries values (1, 10), (2, 20);
    create virtual table payroll using fts5(amount, content='salaries');
    create table _hidden (id integer);
  `);
  database.close();
  facts = {
    ...{ name: "data", source: snapshot, snapshot, size: 1, sha256: "a", blocks: [], hot: null },
    ...{ inspection: inspectSnapshot(snapshot, snapshot), zippedSize: 1 },
  };
});
afterAll(() => rmSync(folder, { recursive: true }));

function cardsWith(config: object, metadata: object = {}, defaultDeny = false) {
  const flags = { cors: false, crossdb: false, defaultDeny };
  const site = buildSiteConfig({ config, metadata, settings: {}, flags });
  const { databases, card, cards } = siteCards([facts], site, null);
  const tables = (databases[0]!.cards ?? []).map(({ table }) => table);
  return { card, tables, texts: cards.map(({ svg }) => svg).join("\n") };
}

describe("Cards", () => {
  test("are of the database and of the tables that lists show", () => {
    const { tables, texts, card } = cardsWith({});
    expect(tables).toEqual([null, "birds", "salaries"]);
    expect(texts).toContain("2 tables · 32 rows");
    expect(card).toBeUndefined();
  });

  test("neither show nor count a private table, nor what shows its content", () => {
    const denied = { databases: { data: { tables: { salaries: { allow: false } } } } };
    const { tables, texts } = cardsWith(denied);
    expect(tables).toEqual([null, "birds"]);
    expect(texts).toContain("1 table · 30 rows");
    expect(texts).not.toMatch(/salaries|payroll|amount|32 rows/);
  });

  test("are none for a private database, a private site and one that denies by default", () => {
    expect(cardsWith({ databases: { data: { allow: false } } }).texts).toBe("");
    expect(cardsWith({ allow: false }, { title: "Secret" })).toMatchObject({
      ...{ card: undefined, tables: [], texts: "" },
    });
    expect(cardsWith({}, { title: "Secret" }, true).texts).toBe("");
  });

  test("leave out tables that the configuration hides", () => {
    const hidden = { databases: { data: { tables: { birds: { hidden: true } } } } };
    expect(cardsWith(hidden).tables).toEqual([null, "salaries"]);
  });

  test("have the site's title, colour and another name when any of it changes", () => {
    const one = cardsWith({}, { title: "Ringing", accent_color: "#8a1c4b" });
    expect(one.texts).toContain("Ringing");
    expect(one.texts).toContain("#8a1c4b");
    const other = cardsWith({}, { title: "Ringing", accent_color: "#1c8a4b" });
    expect(one.card).toMatch(/^[\da-f]{64}$/);
    expect(other.card).not.toBe(one.card);
    expect(cardsWith({}, { title: "Ringing", accent_color: "#8a1c4b" })).toEqual(one);
  });
});

describe("The logo", () => {
  const files = [
    { mount: "assets", name: "assets/my logo.svg", content: Buffer.from("<svg/>") },
    { mount: "assets", name: "assets/large.png", content: Buffer.alloc(400_000) },
  ];
  const logoOf = (url: string) => {
    const flags = { cors: false, crossdb: false, defaultDeny: false };
    const metadata = { logo_url: url };
    return cardLogo(buildSiteConfig({ config: {}, metadata, settings: {}, flags }), files);
  };

  test("is that of the site's own files", () => {
    expect(logoOf("/assets/my%20logo.svg")).toBe("data:image/svg+xml;base64,PHN2Zy8+");
  });

  test("is left out where it is elsewhere, missing, or large", () => {
    expect(logoOf("https://example.org/logo.svg")).toBeNull();
    expect(logoOf("/assets/other.svg")).toBeNull();
    expect(logoOf("/assets/large.png")).toBeNull();
  });
});
