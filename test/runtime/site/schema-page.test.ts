import { afterAll, expect, test } from "vitest";
import { layOut } from "../../../runtime/site/pages/schema-diagram.ts";
import { highlightSql } from "../../../runtime/site/views/html/sql-highlight.ts";
import { temporarySite } from "./temporary-site.ts";

const SQL = `
  create table people (id integer primary key, "the <name>" text default 'a <b>'); -- who
  create table letters (id integer primary key, person integer references people(id), reply integer references letters(id));
  create table alone (x);`;
const site = temporarySite(SQL);
const hidden = temporarySite(SQL, {
  config: { config: { databases: { data: { tables: { letters: { allow: false } } } } } },
});
afterAll(() => {
  site.close();
  hidden.close();
});

test("the schema is a picture of the tables that may be seen, and their foreign keys", async () => {
  const page = await (await site.get("/data/-/schema")).text();
  expect(page.match(/<path d="M/g)).toHaveLength(2);
  expect(page).toContain('<a href="/data/people"><text');
  expect(page).toContain(
    '<span class="sql-keyword">CREATE</span> <span class="sql-keyword">TABLE</span> people',
  );
  const rest = await (await hidden.get("/data/-/schema")).text();
  expect(rest).not.toContain("schema-diagram");
  expect(rest).not.toContain("letters");
});

test("coloured SQL has the same text, whatever is in it", () => {
  const decoded = (markup: string) =>
    markup
      .replaceAll("&lt;", "<")
      .replaceAll("&gt;", ">")
      .replaceAll("&quot;", '"')
      .replaceAll("&amp;", "&")
      .replace(/&#x?([0-9a-f]+);/gi, (entity, digits: string) =>
        String.fromCodePoint(Number.parseInt(digits, entity.includes("x") ? 16 : 10)),
      );
  for (const sql of [
    "'it''s <b>' \"a\"\"b\" [c] -- d\n/* e */ 1.5 x1 select &",
    "'open",
    "/* open",
  ]) {
    expect(decoded(highlightSql(sql).text.replace(/<\/?span[^>]*>/g, ""))).toBe(sql);
  }
});

test("tables that refer to each other in a circle are laid out, too", () => {
  const table = (name: string) => ({ name, href: "", columns: [], moreColumns: 0 });
  const { boxes, lines } = layOut(["a", "b", "c"].map(table), [
    { from: "a", column: "x", to: "b" },
    { from: "b", column: "x", to: "a" },
  ]);
  expect(boxes).toHaveLength(3);
  expect(lines).toHaveLength(2);
  expect(boxes.every(({ x, y }) => x >= 0 && y >= 0)).toBe(true);
});

test("many tables stand in columns that are not too high, without covering each other", () => {
  const columns = Array.from({ length: 12 }, (_, at) => ({
    name: `c${at}`,
    isKey: at === 0,
    isReference: false,
  }));
  const names = Array.from({ length: 60 }, (_, at) => `t${at}`);
  const { boxes, lines, width, height } = layOut(
    names.map((name) => ({ name, href: "", columns, moreColumns: 3 })),
    names.map((from, at) => ({ from, column: "c3", to: names[(at * 7 + 3) % 60]! })),
  );
  expect(lines).toHaveLength(60);
  expect(height).toBeLessThan(1500);
  for (const one of boxes) {
    expect(one.x + 190).toBeLessThan(width);
    const others = boxes.filter(({ x, name }) => x === one.x && name !== one.name);
    expect(others.some(({ y, height }) => y < one.y + one.height && one.y < y + height)).toBe(
      false,
    );
  }
});
