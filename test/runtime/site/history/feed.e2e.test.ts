/** Feeds of changes, held to the rules of Atom, whatever tables, rows and sites are called. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { brokenRules, childrenOf, linksOf, parseAtom } from "./atom-rules.ts";
import { type VersionedSite, versionedSite } from "./versioned-site.ts";

const TABLES = [
  "plain",
  `<b>&amp;"']]>`,
  "a/b?c#d%25",
  "täglich 🌍 報告",
  "with\u0001control",
  "  spaces ",
  "<!--x--><![CDATA[y]]>",
  "x".repeat(300),
];
const TITLE = `</title><script>alert("1")</script> & \u0007`;

let site: VersionedSite;

beforeAll(async () => {
  site = await versionedSite();
  const quoted = TABLES.map((name) => `"${name.replaceAll('"', '""')}"`);
  const all = (sql: (name: string) => string) => ({ data: quoted.map(sql).join(";") });
  const metadata = { title: TITLE };
  site.publish(
    all((name) => `create table ${name} (id integer primary key, v)`),
    { metadata },
  );
  site.publish(
    all((name) => `insert into ${name} values (1, '</feed>'), (2, '<')`),
    { metadata },
  );
  site.publish(
    all((name) => `update ${name} set v = ']]>' where id = 1`),
    { metadata },
  );
});
afterAll(() => site.close());

function pathOf(table: string): string {
  // Tilde-encoding: https://docs.datasette.io/en/latest/internals.html#tilde-encoding
  const bytes = [...Buffer.from(table)].map((byte) => {
    const character = String.fromCharCode(byte);
    if (/[A-Za-z0-9_-]/.test(character)) return character;
    return character === " " ? "+" : `~${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  });
  return `/data/${bytes.join("")}`;
}

test.each(TABLES)("the feed of %j keeps the rules, and its links lead to pages", async (table) => {
  const path = `${pathOf(table)}.atom`;
  const xml = await site.text(path);
  expect(brokenRules(xml, `http://localhost${path}`)).toEqual([]);
  const feed = parseAtom(xml);
  const entries = childrenOf(feed, "entry");
  const titles = entries.map((entry) => childrenOf(entry, "title")[0]!.text);
  const shown = table.replace("\u0001", "\ufffd");
  expect(titles).toEqual([`${shown}: 1 changed`, `${shown}: 2 added`]);
  expect(childrenOf(childrenOf(feed, "author")[0]!, "name")[0]!.text).toBe(
    TITLE.replace("\u0007", "\ufffd"),
  );
  for (const link of [feed, ...entries].flatMap((each) => linksOf(each, "alternate"))) {
    expect([link, (await site.get(link.replace("http://localhost", ""))).status]).toEqual([
      link,
      200,
    ]);
  }
});

test("ids and times stay what they are when versions come and go", async () => {
  const path = "/data/plain.atom";
  const idsOf = (xml: string) =>
    childrenOf(parseAtom(xml), "entry").map((entry) => [
      childrenOf(entry, "id")[0]!.text,
      childrenOf(entry, "updated")[0]!.text,
    ]);
  const before = await site.text(path);
  site.publish({ data: "delete from plain where id = 2" });
  const after = await site.text(path);
  expect(brokenRules(after, `http://localhost${path}`)).toEqual([]);
  expect(idsOf(after).slice(1)).toEqual(idsOf(before));
  expect(childrenOf(parseAtom(after), "id")).toEqual(childrenOf(parseAtom(before), "id"));
});

test("a table that never changed has a feed without entries", async () => {
  site.publish({ data: "create table quiet (n)" });
  const xml = await site.text("/data/quiet.atom");
  expect(brokenRules(xml, "http://localhost/data/quiet.atom")).toEqual([]);
});

test.each([
  ["<id>", "<id>no IRI"],
  ["</updated>", " </updated>"],
  ["<author><name>", "<author><name> </name><name>"],
  ['rel="self"', 'rel="other"'],
  ["<summary>", "<summary>x</summary><summary>"],
])("the rules notice %s become %s", async (from, to) => {
  const xml = (await site.text("/data/plain.atom")).replace(from, to);
  expect(brokenRules(xml, "http://localhost/data/plain.atom")).not.toEqual([]);
});
