import { afterAll, describe, expect, test } from "vitest";
import { temporarySite } from "./temporary-site.ts";

const sql = `
  create table a (id integer primary key);
  with recursive n(i) as (values (1) union all select i + 1 from n where i < 12345)
    insert into a select i from n;
  create table b (id integer primary key);
  insert into b values (1), (2);`;

describe("The front page", () => {
  const published = temporarySite(sql, { version: 1 });
  const served = temporarySite(sql);
  const titled = temporarySite(sql, { version: 1, config: { metadata: { title: "Our shop" } } });
  afterAll(() => {
    for (const site of [published, served, titled]) site.close();
  });
  const page = async (site: typeof served) => (await site.get("/")).text();

  test("of a published site says exactly how many rows there are", async () => {
    expect(await page(published)).toContain("12,347 rows in 2 tables");
  });

  test("of files that may change does not take what it has counted for all", async () => {
    expect(await page(served)).toContain("at least 10,003 rows in 2 tables");
  });

  test("is called after the site, unless the metadata has a title", async () => {
    expect(await page(published)).toContain("<h1>example</h1>");
    expect(await page(titled)).toContain("<h1>Our shop</h1>");
  });

  test("shows the tables of the only database, the largest first", async () => {
    const names = [
      ...(await page(published)).matchAll(/<div class="db-table">\s*<h3><a [^>]*>(\w+)/g),
    ];
    expect(names.map(([, name]) => name)).toEqual(["a", "b"]);
  });

  test("lists tables as its owner orders them, private ones never", async () => {
    const ordered = temporarySite(sql, {
      version: 1,
      config: {
        config: {
          databases: { data: { table_order: ["b", "a"], tables: { a: { allow: false } } } },
        },
      },
    });
    expect(await page(ordered)).not.toContain('href="/data/a"');
    const answer = await (await ordered.get("/-/config.json")).json();
    expect((answer as typeof ordered.site.config.document).databases).toEqual({
      data: { table_order: ["b"], tables: {} },
    });
    ordered.close();
  });

  test("has a footer that says when it was published and what serves it", async () => {
    const [footer] = /<footer[\s\S]*<\/footer>/.exec(await page(published)) ?? [""];
    expect(footer).toContain("Last published");
    expect(footer).toContain('Served by <a href="/-/versions">dsl</a>');
  });
});
