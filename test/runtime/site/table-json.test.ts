import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { temporarySite } from "./temporary-site.ts";

describe("Table JSON keeps every value", () => {
  const site = temporarySite(`
    create table numbers (id integer primary key, i integer, r real, n numeric, any_type, t text);
    insert into numbers values
      (1, 9007199254740993, 1.0, 12.5, 1, 'text'),
      (2, -9223372036854775808, 1e20, 9007199254740993, 1.0, ''),
      (3, null, 9e999, -1, 'one', null);
    create table plain (id integer primary key, r real, n decimal(8,2), t text);
    insert into plain values (1, 3, 2.50, 'a "quoted" \\ text'), (2, 0.00001, 7, 'naïve ☕'), (3, 0, null, '');
    create table twins (a integer, b text);
    insert into twins values (1, cast(x'66ff6f' as text));
    create table blobs (id integer primary key, b blob);
    insert into blobs values (1, x'00ff'), (2, null), (3, 'text in a blob column');
    create table "1" ("2" text, "1" text, "10" text);
    insert into "1" values ('two', 'one', 'ten');
  `);

  const rowsOf = async (path: string) => {
    const text = await (await site.get(path)).text();
    return text.slice(text.indexOf('"rows":') + 7, text.lastIndexOf(',"truncated"'));
  };

  test("integers beyond 2^53 are exact, and REAL keeps its point", async () => {
    expect(await rowsOf("/data/numbers.json")).toBe(
      '[{"id":1,"i":9007199254740993,"r":1.0,"n":12.5,"any_type":1,"t":"text"},' +
        '{"id":2,"i":-9223372036854775808,"r":1e+20,"n":9007199254740993,"any_type":1.0,"t":""},' +
        '{"id":3,"i":null,"r":null,"n":-1,"any_type":"one","t":null}]',
    );
  });

  test("numbers are spelled as Python spells them", async () => {
    expect(await rowsOf("/data/plain.json")).toBe(
      '[{"id":1,"r":3.0,"n":2.5,"t":"a \\"quoted\\" \\\\ text"},' +
        '{"id":2,"r":1e-05,"n":7,"t":"naïve ☕"},{"id":3,"r":0.0,"n":null,"t":""}]',
    );
  });

  test("invalid UTF-8 becomes U+FFFD", async () => {
    expect(await rowsOf("/data/twins.json")).toBe('[{"rowid":1,"a":1,"b":"f\ufffdo"}]');
  });

  test("BLOBs are base64", async () => {
    expect(await rowsOf("/data/blobs.json")).toBe(
      '[{"id":1,"b":{"$base64":true,"encoded":"AP8="}},{"id":2,"b":null},{"id":3,"b":"text in a blob column"}]',
    );
  });

  test("columns stay in their order, even where JavaScript would sort them", async () => {
    expect(await rowsOf("/data/1.json")).toBe('[{"rowid":1,"2":"two","1":"one","10":"ten"}]');
  });

  test("of columns with one name the last counts; arrays and CSV have them all", async () => {
    const sql = encodeURIComponent("select 1 as a, 2 as b, 3 as a");
    expect(await (await site.get(`/data/-/query.json?sql=${sql}`)).json()).toMatchObject({
      rows: [{ a: 3, b: 2 }],
    });
    expect(
      await (await site.get(`/data/-/query.json?sql=${sql}&_shape=arrays`)).json(),
    ).toMatchObject({ rows: [[1, 2, 3]] });
    expect(await (await site.get(`/data/-/query.csv?sql=${sql}`)).text()).toBe(
      "a,b,a\r\n1,2,3\r\n",
    );
  });

  test("the quick way and the exact way write the same", async () => {
    const value = fc.oneof(
      fc.constant(null),
      fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
      fc.integer({ min: -9, max: 9 }).map(BigInt),
      fc.double(),
      fc.integer({ min: -99, max: 99 }),
      fc.string({ unit: "binary", maxLength: 8 }),
      fc.uint8Array({ maxLength: 3 }),
    );
    site.database.exec(
      "create table mixed (id integer primary key, i int, r real, n numeric, t text)",
    );
    const insert = site.database.prepare("insert into mixed values (null, ?, ?, ?, ?)");
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(value, value, value, value), { maxLength: 6 }),
        async (rows) => {
          site.database.exec("delete from mixed");
          for (const row of rows) insert.run(row);
          // An argument about the form of the JSON leads the exact way.
          expect(await rowsOf("/data/mixed.json")).toBe(
            await rowsOf("/data/mixed.json?_shape=objects"),
          );
        },
      ),
      { numRuns: 200 },
    );
    site.close();
  });
});

test("tables of 2,000 columns are served", async () => {
  const names = Array.from({ length: 2000 }, (_, index) => `c${index}`);
  const site = temporarySite(
    `create table wide (${names.join(", ")}); insert into wide (c0, c1998) values (1, 'last');`,
  );
  try {
    const answer = await site.get("/data/wide.json");
    const { rows } = (await answer.json()) as { rows: Record<string, unknown>[] };
    // SQLite returns no more than 2,000 columns, and the rowid is one of them.
    expect(Object.keys(rows[0] ?? {}).length).toBe(2000);
    expect(rows[0]?.c1998).toBe("last");
    expect((await site.get("/data/wide/1.json")).status).toBe(200);
    expect((await site.get("/data/wide?_nosuggest=1")).status).toBe(200);
  } finally {
    site.close();
  }
});
