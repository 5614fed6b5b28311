/** Which pages there are of what is private, and what the others say of it. */
import { afterAll, describe, expect, test } from "vitest";
import { KINDS, privateSite } from "./private-site.ts";

describe.each(KINDS)("in %s with private tables", (_, version) => {
  const site = privateSite(version === undefined ? {} : { version });
  afterAll(() => site.close());

  test.each([
    "/data/secret",
    "/data/Secret.json",
    "/data/secret/1",
    "/data/secret/99.json",
    "/data/secret_fts",
    "/data/secret_fts_data.json",
    "/data/secret_fts_config",
    "/data/words.csv",
    "/data/notes",
    "/data/notes_words",
    "/data/notes_data.json",
    "/data/hidden_view",
    "/data/secret/-/schema.json",
    "/data/words/-/schema",
    "/data/secret/-/autocomplete?q=1",
    "/data/sqlite_stat1.json",
    "/data/secret/-/fragment",
    "/data.db",
  ])("%s is refused", async (path) => {
    expect((await site.get(path)).status).toBe(403);
  });

  test.each([
    ["another letter case of a search table", "_fts_table=Secret_FTS&_search=canary"],
    ["a shadow of a search table", "_fts_table=secret_fts_data&_search=canary"],
    ["words of a search table", "_fts_table=words&_search=canary"],
  ])("%s cannot be searched", async (_, query) => {
    expect((await site.get(`/data/open.json?${query}`)).status).toBe(400);
  });

  test("views show what their authors chose, with facets, filters and counts", async () => {
    const response = await site.get(
      "/data/published.json?_facet=length&rest__contains=o&_extra=count",
    );
    expect(await response.json()).toMatchObject({
      count: 2,
      rows: [
        { id: 1, rest: "one" },
        { id: 2, rest: "two" },
      ],
      facet_results: { results: { length: { results: [{ value: 10, count: 2 }] } } },
    });
  });

  test("nothing that is answered names the private tables", async () => {
    for (const path of [
      "/.json",
      "/",
      "/data",
      "/data.json",
      "/-/jump.json",
      "/data/open?_labels=on",
      "/data/open.json?_labels=on&_facet=secret_id&_extra=expandable_columns,table_definition,foreign_key_tables",
      "/data/open/1",
      "/data/open/1.json?_extra=foreign_key_tables",
      "/data/open.csv?_labels=on",
      "/data/published",
      "/data/published.json?_extra=view_definition",
      "/-/schema.json",
      "/data/-/schema",
      "/data/-/schema.md",
      "/data/open/-/schema.json",
      "/-/databases.json",
      "/-/config.json",
      "/data/-/query",
      "/data/-/query?sql=select+1",
    ]) {
      const text = await (await site.get(path)).text();
      expect([
        path,
        text.match(/.*\b(secret\b(?!_id)|secret_(?!id)|notes\b|hidden_view|canary).*/i)?.[0],
      ]).toEqual([path, undefined]);
    }
  });
});
