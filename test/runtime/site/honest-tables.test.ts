/** What a table page says is true of all its rows, not only of those on the page. */
import { afterAll, describe, expect, test } from "vitest";
import { temporarySite } from "./temporary-site.ts";

const site = temporarySite(`
  create table t (id integer primary key, kind text, note text, ratio real);
  with recursive n(i) as (values (1) union all select i + 1 from n where i < 30)
    insert into t select i, iif(i % 3 = 0, 'c', 'a'), 'line one' || char(10) || 'line two', i / 7.0 from n;
  insert into t values (31, null, '', 1.5);
  create view v as select kind, avg(ratio) as mean from t group by kind;
  create table docs (id integer primary key, txt text);
  insert into docs values (1, 'apple pie'), (2, 'pear tart');
  create virtual table docs_fts using fts5(txt, content='docs', content_rowid='id');
  insert into docs_fts(docs_fts) values ('rebuild');
`);
afterAll(() => site.close());

const page = async (path: string) => (await site.get(path)).text();

describe("Facets", () => {
  const counts = (markup: string) =>
    [...markup.matchAll(/<span class="facet-count">(\d+)<\/span>/g)].map(([, count]) => count);

  test("count the rows of all pages, on every page", async () => {
    const first = await page("/data/t?_facet=kind&_size=10");
    const second = await page("/data/t?_facet=kind&_size=10&_next=10");
    expect(counts(first)).toEqual(["20", "10"]);
    expect(counts(second)).toEqual(counts(first));
  });

  test("lead to the first page of what they filter", async () => {
    const second = await page("/data/t?_facet=kind&_size=10&_next=10");
    const [, href] = /<a href="([^"]*)" data-facet-value="c"/.exec(second) ?? [];
    expect(href).toContain("kind=c");
    expect(href).not.toContain("_next");
  });
});

describe("Numbers", () => {
  test("that a view or a query computes are rounded, with all digits in their title", async () => {
    const rounded = /<span title="2\.357142857142\d+">2\.35714<\/span>/;
    expect(await page("/data/v")).toMatch(rounded);
    const sql = encodeURIComponent("select avg(ratio) from t where kind = 'c'");
    expect(await page(`/data/-/query?sql=${sql}`)).toContain("<span title=");
  });

  test("that a table holds are shown as they are", async () => {
    expect(await page("/data/t?_size=1")).toContain(">0.14285714285714285<");
    expect(await page("/data/t/1")).toContain(">0.14285714285714285<");
  });
});

describe("A search", () => {
  test("is offered however the full-text table quotes its content, and works", async () => {
    const form = await page("/data/docs");
    expect(form).toContain('<input type="hidden" name="_fts_table" value="docs_fts">');
    const found = await site.get("/data/docs.json?_search=apple&_fts_table=docs_fts");
    expect(await found.json()).toMatchObject({ rows: [{ id: 1 }] });
  });

  test.each([
    ["/data/t?_search=apple", "this table has no full-text index"],
    ["/data/docs?_search=apple", "its address names no full-text table"],
  ])("%s, which has no effect, says so", async (path, reason) => {
    const markup = await page(path);
    expect(markup).toContain("The search for <q>apple</q> was ignored");
    expect(markup).toContain(reason);
  });

  test("that worked says nothing of the kind", async () => {
    expect(await page("/data/docs?_search=apple&_fts_table=docs_fts")).not.toContain("was ignored");
  });
});
