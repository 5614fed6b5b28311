import { afterAll, describe, expect, test } from "vitest";
import { temporarySite } from "./temporary-site.ts";

const SQL = `
  create table people (id integer primary key, name text, city text);
  insert into people values (1, 'Ann', 'Oslo'), (5, 'Ben', 'Rome'), (9, null, 'Bonn');
  create table letters (id integer primary key, person integer references people(id), zqtext text, sent text);
  with recursive i(i) as (values (1) union all select i + 1 from i where i < 8)
    insert into letters select i, 5, 'letter ' || i, '2024-01-0' || i from i;
  create table pairs (a text, b integer, person integer references people(id), primary key (a, b));
  insert into pairs values ('x', 1, 5), ('x', 2, 1), ('y', 1, 1);`;
const site = temporarySite(SQL, {
  config: {
    config: {
      databases: {
        data: { tables: { letters: { column_formats: { sent: "date", id: { unit: "no." } } } } },
      },
    },
  },
});
const hidden = temporarySite(SQL, {
  config: { config: { databases: { data: { tables: { letters: { allow: false } } } } } },
});
afterAll(() => {
  site.close();
  hidden.close();
});

const row = async (path: string, from = site) => (await from.get(path)).text();

describe("The page of a row", () => {
  test("begins with what the row is called", async () => {
    expect(await row("/data/people/5")).toContain("<p>Ben</p><h1>people: 5</h1>");
    expect(await row("/data/people/9")).not.toContain("row-heading");
  });

  test("leads to the rows before and after, in the order of the key", async () => {
    const steps = (text: string) =>
      ["prev", "next"].map((rel) => new RegExp(`rel="${rel}" href="([^"]+)"`).exec(text)?.[1]);
    expect(steps(await row("/data/people/5"))).toEqual(["/data/people/1", "/data/people/9"]);
    expect(steps(await row("/data/people/1"))).toEqual([undefined, "/data/people/5"]);
    expect(steps(await row("/data/pairs/x,2"))).toEqual(["/data/pairs/x,1", "/data/pairs/y,1"]);
  });

  test("shows the first rows that refer to it, with links to them and to all", async () => {
    const text = await row("/data/people/5");
    expect(text).toContain(
      '<h3>letters <small>by person</small> <a href="/data/letters?person=5">all 8</a></h3>',
    );
    expect(text.match(/<a href="\/data\/letters\/\d">/g)).toHaveLength(5);
    expect(text).toContain('<a href="/data/pairs/x,1">');
    expect(text).toContain('<span title="2024-01-03">Jan 3, 2024</span>');
  });

  test("shows nothing of tables that are private", async () => {
    expect(await row("/data/people/5", hidden)).not.toMatch(/letters|zqtext/);
  });
});
