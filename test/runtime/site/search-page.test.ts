import { afterAll, describe, expect, test } from "vitest";
import { wordsOf } from "../../../runtime/site/browser/mark-search.ts";
import { temporarySite } from "./temporary-site.ts";

const SQL = `
  create table docs (id integer primary key, title text, body text);
  with recursive i(i) as (values (1) union all select i + 1 from i where i < 9)
    insert into docs select i, 'doc ' || i, 'some words <b>& the owl</b> of night ' || i from i;
  create virtual table docs_fts using fts5(title, body, content="docs", content_rowid="id");
  insert into docs_fts(docs_fts) values ('rebuild');
  create table notes (id integer primary key, note text);
  insert into notes values (7, 'an owl was seen');
  create virtual table notes_fts using fts4(content="notes", note);
  insert into notes_fts(notes_fts) values ('rebuild');
  create virtual table bare using fts5(text, content='');
  insert into bare(rowid, text) values (1, 'owl');
  create table plain (id integer primary key, word text);
  insert into plain values (1, 'owl');`;
const site = temporarySite(SQL);
const hidden = temporarySite(SQL, {
  config: { config: { databases: { data: { tables: { notes: { allow: false } } } } } },
  version: 1,
});
afterAll(() => {
  site.close();
  hidden.close();
});

const search = async (q: string, from = site) =>
  (await from.get(`/-/search.json?q=${encodeURIComponent(q)}`)).json();

describe("The search in all tables", () => {
  test("finds rows in every table with an index, with the piece of text that matches", async () => {
    const { results } = await search("owl");
    expect(results).toMatchObject([
      { table: "docs", url: "/data/docs?_search=owl", has_more: true },
      { table: "notes", rows: [{ url: "/data/notes/7", title: "an owl was seen" }] },
    ]);
    expect(results[0].rows).toHaveLength(5);
    expect(results[0].rows[0]).toMatchObject({ title: "doc 1", url: "/data/docs/1" });
    for (const { rows } of results) {
      const matches = rows[0].snippet.filter((part: { match: boolean }) => part.match);
      expect(matches).toEqual([{ text: "owl", match: true }]);
    }
  });

  test("is a page on which only the match is markup", async () => {
    const page = await (await site.get("/-/search?q=owl")).text();
    expect(page).toContain('&lt;b&gt;&amp; the <mark class="match">owl</mark>&lt;/b&gt;');
    expect(await (await site.get("/")).text()).toContain('action="/-/search"');
    expect(await (await site.get("/-/search")).text()).not.toContain("<mark");
  });

  test("takes any text for words", async () => {
    for (const q of ['"', "owl OR", "NEAR(", "*", "a:b", "owl\u0000", "ö".repeat(500)]) {
      expect((await site.get(`/-/search.json?q=${encodeURIComponent(q)}`)).status, q).toBe(200);
    }
  });

  test("does not look into private tables", async () => {
    const answer = await search("owl", hidden);
    expect(JSON.stringify(answer)).not.toMatch(/notes|seen/);
    expect(answer.results).toMatchObject([{ table: "docs" }]);
  });
});

test("words of a search are marked where words begin with them", () => {
  const found = [..."Owls and an OWLET, bowl, “owl”".matchAll(wordsOf('owl* "an"')!)];
  expect(found.map(([match]) => match)).toEqual(["Owls", "and", "an", "OWLET", "owl"]);
  expect(wordsOf(" * ")).toBeNull();
});
