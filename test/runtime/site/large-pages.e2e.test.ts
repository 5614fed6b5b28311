import { afterAll, describe, expect, test } from "vitest";
import { withinLimit } from "../../../runtime/lambdas/site/large-answers.ts";
import { temporarySite } from "./temporary-site.ts";

const COLUMNS = 1900;
const names = Array.from({ length: COLUMNS }, (_, index) => `column_${index}`);
const wide = (letter: string) => names.map(() => `'${letter.repeat(20)}'`).join(", ");

const site = temporarySite(
  `create table wide (id integer primary key, ${names.map((name) => `${name} text`).join(", ")});
   insert into wide select value, ${wide("x")} from generate_series(1, 80);
   create view seen as select * from wide;
   create table long (id integer primary key, a text, b text);
   insert into long values (1, replace(hex(zeroblob(4000000)), '0', '"'), replace(hex(zeroblob(2000000)), '00', '语'));
   create table chinese (id integer primary key, a text, b text, c text);
   insert into chinese select value, replace(hex(zeroblob(1500)), '00', '语'), replace(hex(zeroblob(1500)), '00', '言'), 'z'
     from generate_series(1, 900);`.replaceAll(
    /generate_series\((\d+), (\d+)\)/g,
    "(with recursive n(value) as (values ($1) union all select value + 1 from n where value < $2) select value from n)",
  ),
  { version: 1, config: { settings: { truncate_cells_html: "0" } } },
);
afterAll(() => site.close());

/** As Lambda would send it: without a bucket, so that what is too large is an error. */
async function sent(path: string): Promise<{ status: number; body: string }> {
  const answer = await site.app({
    method: "GET",
    url: path,
    headers: new Headers(),
    isSecure: false,
  });
  const { status, body } = await withinLimit(answer, path, async () => null);
  return { status, body: Buffer.from(body ?? "").toString() };
}

const rowsOf = (page: string) =>
  [...page.matchAll(/<tr data-row="(\d+)"/g)].map(([, id]) => Number(id));

describe("A page is never too large for Lambda", () => {
  test.each(["/data/wide?_size=80", "/data/chinese?_size=900"])(
    "%s has fewer rows, says so, and the next pages go on after them",
    async (path) => {
      const found: number[] = [];
      for (let next: string | undefined = path; next !== undefined; ) {
        const { status, body } = await sent(next);
        expect(status).toBe(200);
        const rows = rowsOf(body);
        const link: string | undefined = /rel="next" href="http:\/\/localhost([^"]*)"/.exec(
          body,
        )?.[1];
        next = link?.replaceAll("&amp;", "&");
        if (next !== undefined) {
          expect(body).toContain(
            `${rows.length} rows are shown: more would be too large for a page.`,
          );
        }
        found.push(...rows);
      }
      const count = path.includes("wide") ? 80 : 900;
      expect(found).toEqual(Array.from({ length: count }, (_, index) => index + 1));
    },
  );

  test("pages of views go on after the last row, too", async () => {
    const { body } = await sent("/data/seen?_size=80");
    const shown = Number(/([\d,]+) rows are shown/.exec(body)?.[1]);
    expect(shown).toBeGreaterThan(1);
    expect(body).toContain(`_next=${shown}"`);
  });

  test("the page of a query shows its first rows and where all of them are", async () => {
    const { status, body } = await sent("/data/-/query?sql=select+*+from+wide");
    expect(status).toBe(200);
    expect(body).toMatch(/The first \d+ rows are shown: .* JSON and CSV have all 80\./);
  });

  test.each(["/data/long", "/data/long/1", "/data/-/query?sql=select+*+from+long", "/data/wide/1"])(
    "%s shows the beginning of values that are too long",
    async (path) => {
      expect((await sent(path)).status).toBe(200);
    },
  );

  test("what cannot be made smaller is refused with a reason", async () => {
    const sql = `select '${"x".repeat(5_000_000)}'`;
    const { status, body } = await sent(`/data/-/query?sql=${encodeURIComponent(sql)}`);
    expect(status).toBe(400);
    expect(body).toContain("which is more than can be sent");
  });
});
