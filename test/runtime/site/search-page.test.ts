import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { partsAt, partsOfWords, wordsOf } from "../../../runtime/site/queries/search-parts.ts";
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

const marked = (html: string) =>
  [...html.matchAll(/<mark class="match">(.*?)<\/mark>/g)].map(([, text]) => text);

describe("The rows that a search finds", () => {
  const forms = temporarySite(
    `
    create table docs (id integer primary key, code text, body text, note text);
    insert into docs values
      (1, 'a', 'She was Running, he runs, a ruin <b>', 'run'),
      (2, 'b', '${"long before. ".repeat(40)}At last somebody ran to run. ${"after ".repeat(40)}', null),
      (3, 'c', 'señor 😀 runner & runs', 'https://example.org/run');
    create virtual table docs_fts using fts5(body, note, content=docs, content_rowid=id, tokenize=porter);
    insert into docs_fts(docs_fts) values ('rebuild');
    create table old (key text primary key, body text);
    insert into old values ('ö', 'é runs 😀 running on'), ('p', 'nothing');
    create virtual table old_fts using fts4(content=old, body, tokenize=porter);
    insert into old_fts(old_fts) values ('rebuild');
    create table bare (id integer primary key, word text);
    insert into bare values (1, 'runs and running');
    create virtual table bare_fts using fts5(word, content='');
    insert into bare_fts(rowid, word) values (1, 'runs and running');`,
    {
      config: {
        config: {
          databases: {
            data: {
              tables: {
                docs: { fts_table: "docs_fts" },
                old: { fts_table: "old_fts" },
                bare: { fts_table: "bare_fts" },
              },
            },
          },
        },
      },
    },
  );
  afterAll(() => forms.close());
  const page = async (path: string) => (await forms.get(path)).text();

  test("have every form of a word marked that the index knows to be the same", async () => {
    const html = await page("/data/docs?_search=running");
    expect(marked(html)).toEqual(["Running", "runs", "run", "run", "run", "runs"]);
    expect(html).toContain('he <mark class="match">runs</mark>, a ruin &lt;b&gt;');
    expect(html).toContain('href="https://example.org/run"');
  });

  test("show the piece of a long text that was found", async () => {
    const html = await page("/data/docs?_search=run&id=2");
    const [, piece] = /<div class="match-piece">(.*?)<\/div>/.exec(html)!;
    expect(piece).toMatch(/^&hellip;.{40,60}ran to <mark class="match">run<\/mark>\. .*&hellip;$/);
  });

  test("are marked in the column that was searched, and by older indexes, too", async () => {
    expect(marked(await page("/data/docs?_search_note=run"))).toEqual(["run"]);
    expect(marked(await page("/data/old?_search=run"))).toEqual(["runs", "running"]);
  });

  test("are marked by their beginnings where the index keeps no text", async () => {
    expect(marked(await page("/data/bare?_search=runs"))).toEqual(["runs"]);
    expect(marked(await page("/data/docs"))).toEqual([]);
  });
});

test("a search of many tables goes on from page to page and says so", async () => {
  const names = Array.from({ length: 120 }, (_, at) => `t${String(at).padStart(3, "0")}`);
  const many = temporarySite(
    names
      .map(
        (name) => `create table ${name} (id integer primary key, word text);
          insert into ${name} values (1, 'owl ${name}');
          create virtual table ${name}_fts using fts5(word, content=[${name}]);
          insert into ${name}_fts(${name}_fts) values ('rebuild');`,
      )
      .join("\n"),
  );
  const found: string[] = [];
  let path: string | null = "/-/search.json?q=owl";
  for (let pages = 0; path !== null && pages < 4; pages++) {
    const answer = (await (await many.get(path)).json()) as {
      tables: number;
      results: { table: string }[];
      next_url: string | null;
    };
    expect(answer.tables).toBe(120);
    found.push(...answer.results.map(({ table }) => table));
    path = answer.next_url;
  }
  expect(found).toEqual(names);
  const page = await (await many.get("/-/search?q=owl&from=50")).text();
  expect(page).toContain("Found in 50 of tables 51 to 100 of 120.");
  expect(page).toContain('href="/-/search?q=owl&amp;from=100"');
  many.close();
});

test("words of a search are marked where words begin with them", () => {
  const found = [..."Owls and an OWLET, bowl, “owl”".matchAll(wordsOf('owl* "an"')!)];
  expect(found.map(([match]) => match)).toEqual(["Owls", "and", "an", "OWLET", "owl"]);
  expect(wordsOf(" * ")).toBeNull();
  expect(partsOfWords("no bird", wordsOf("owl")!)).toBeNull();
});

test("pieces of a text are its own, whatever places an index names", () => {
  const places = fc.array(fc.tuple(fc.nat(40), fc.nat(40)));
  fc.assert(
    fc.property(fc.string({ maxLength: 30 }), places, (text, given) => {
      const ascii = text.replace(/[^ -~]/g, "x");
      const whole = partsAt(ascii, given).map((part) => part.text);
      expect(whole.join("")).toBe(ascii);
    }),
  );
});
