import { afterAll, describe, expect, test } from "vitest";
import { temporarySite } from "./temporary-site.ts";

describe("A table that may not be seen", () => {
  const site = temporarySite(
    `create table secrets (id integer primary key, name text);
     insert into secrets values (1, 'the secret');
     create table open (id integer primary key, secret_id integer references secrets(id));
     insert into open values (1, 1);
     create table links (open_id integer references open(id), word text);
     insert into links values (1, 'hidden');
     create virtual table secrets_fts using fts5 (name, content="secrets");`,
    {
      config: {
        config: {
          databases: {
            data: {
              allow_sql: false,
              tables: {
                secrets: { allow: false },
                links: { allow: false },
                secrets_fts: { allow: false },
              },
            },
          },
        },
      },
    },
  );
  afterAll(() => site.close());

  test.each(["", ".json", ".csv", "/1", "/1.json", "/-/autocomplete?q=1", "/-/schema.json"])(
    "/data/secrets%s is refused",
    async (end) => {
      expect((await site.get(`/data/secrets${end}`)).status).toBe(403);
    },
  );

  test("is not listed anywhere", async () => {
    expect(await (await site.get("/.json")).text()).not.toContain('"secrets"');
    expect(await (await site.get("/-/jump")).text()).not.toContain('"data: secrets"');
    const { tables } = (await (await site.get("/data.json")).json()) as {
      tables: { name: string; hidden: boolean }[];
    };
    expect(tables.filter(({ hidden }) => !hidden).map(({ name }) => name)).toEqual(["open"]);
  });

  test("gives no labels", async () => {
    const body = await (await site.get("/data/open.json?_labels=on&_facet=secret_id")).json();
    expect(JSON.stringify(body)).not.toContain("the secret");
  });

  test("cannot be asked through another one", async () => {
    const through = encodeURIComponent('{"table":"links","column":"word","value":"hidden"}');
    for (const query of [
      `_through=${through}`,
      "_fts_table=secrets_fts&_search=secret",
      "_where=1",
    ]) {
      const { status } = await site.get(`/data/open.json?${query}`);
      expect([query, status >= 400]).toEqual([query, true]);
    }
  });

  test("custom SQL is refused, configured or not", async () => {
    expect((await site.get("/data/-/query.json?sql=select+1")).status).toBe(403);
    expect(await (await site.get("/data.json")).json()).toMatchObject({
      allow_execute_sql: false,
      table_columns: {},
    });
  });
});
