import { afterAll, describe, expect, test } from "vitest";
import { temporarySite } from "./temporary-site.ts";

const site = temporarySite(`
  create table t (id integer primary key, word text, n real);
  with recursive i(i) as (values (1) union all select i + 1 from i where i < 57)
    insert into t select i, iif(i % 5 = 0, null, 'w' || (i % 4)), iif(i % 7 = 0, null, i / 2.0) from i;
  create index by_word on t(word);
  create table pairs (a text, b integer, primary key (a, b)) without rowid;
  insert into pairs select 'x' || (id % 6), id from t;
  create table bare (x text);
  insert into bare select word from t;
  create table nulls (key text primary key, n integer);
  insert into nulls select iif(id % 4 = 0, null, 'k' || id), id from t;
  create view v as select id, word from t order by id;
  create table labels (id integer primary key, name text);
  insert into labels values (1, 'first');
  create table refs (id integer primary key, label_id integer references labels(id));
  insert into refs values (1, 1);`);
afterAll(() => site.close());

interface Page {
  href: string;
  rows: string[];
  position: string | null;
  next: string | null;
  previous: string | null;
}

async function page(href: string): Promise<Page> {
  const text = await (await site.get(href)).text();
  const link = (rel: string) =>
    new RegExp(`rel="${rel}" href="([^"]+)"`).exec(text)?.[1]?.replaceAll("&amp;", "&") ?? null;
  return {
    href,
    rows: text.match(/<tr(?: data-row="[^"]*")?><td.*/g) ?? [],
    position: /class="position">([^<]+)/.exec(text)?.[1] ?? null,
    next: link("next")?.replace(/^https?:\/\/[^/]+/, "") ?? null,
    previous: link("prev"),
  };
}

describe.each([
  "/data/t?_size=10",
  "/data/t?_size=10&_sort=word",
  "/data/t?_size=10&_sort_desc=word",
  "/data/t?_size=10&_sort=n",
  "/data/t?_size=10&_sort_desc=n&id__gt=3",
  "/data/pairs?_size=10",
  "/data/pairs?_size=10&_sort=b",
  "/data/bare?_size=10",
  "/data/bare?_size=10&_sort=x",
  "/data/v?_size=10",
])("%s", (first) => {
  test("leads forward and back over the same pages, which say where they are", async () => {
    const forward: Page[] = [];
    for (let href: string | null = first; href !== null; href = forward.at(-1)!.next) {
      forward.push(await page(href));
    }
    expect(forward.length).toBe(6);
    const total = forward.reduce((sum, { rows }) => sum + rows.length, 0);
    forward.forEach(({ position, rows }, at) => {
      expect(position).toBe(`Rows ${10 * at + 1}&ndash;${10 * at + rows.length} of ${total}`);
    });
    for (let at = forward.length - 1; at > 0; at--) {
      const before = await page(forward[at]!.previous!);
      expect(before.rows).toEqual(forward[at - 1]!.rows);
    }
    expect(forward[0]!.previous).toBeNull();
    expect(new URL(forward[1]!.previous!, "http://x").searchParams.has("_next")).toBe(false);
  });
});

test("rows that no token can name have a position, and a way back or none", async () => {
  let at = await page("/data/nulls?_size=10");
  for (let number = 1; at.next !== null; number += 10) {
    expect(at.position).toBe(`Rows ${number}&ndash;${number + 9} of 57`);
    at = await page(at.next);
  }
});

describe("Filters in force", () => {
  const chips = async (path: string) => {
    const text = await (await site.get(path)).text();
    return [...text.matchAll(/<li class="chip">([^<]+) <a href="([^"]+)"/g)].map(
      ([, name, href]) => `${name} -> ${href!.replaceAll("&amp;", "&")}`,
    );
  };

  test("are chips that take them away, under the names of what they refer to", async () => {
    expect(await chips("/data/t?word=w1&id__gt=3&word__isnull=1&_sort=n&_next=7")).toEqual([
      "word = w1 -> /data/t?id__gt=3&word__isnull=1&_sort=n",
      "id &gt; 3 -> /data/t?word=w1&word__isnull=1&_sort=n",
      "word is null -> /data/t?word=w1&id__gt=3&_sort=n",
    ]);
    expect(await chips("/data/refs?label_id=1")).toEqual(["label_id = first -> /data/refs"]);
  });

  test("can all be cleared, above all where nothing matches", async () => {
    const none = await (await site.get("/data/t?word=nope&_facet=word")).text();
    expect(none).toContain('<a class="button" href="/data/t?_facet=word">Clear filters</a>');
    const one = await (await site.get("/data/t?word=w1")).text();
    expect(one).not.toContain("Clear filters");
  });
});
