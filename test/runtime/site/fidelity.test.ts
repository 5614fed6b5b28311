/** What Datasette does beyond the recorded cases: found by comparing real databases. */
import { afterAll, describe, expect, test } from "vitest";
import { temporarySite } from "./temporary-site.ts";

interface Json {
  rows: Record<string, string | number | null>[];
  next: string | null;
  next_url: string | null;
  debug: object;
  _trace: { num_traces: number; traces: { sql: string; params: object }[] };
}

const json = async (answer: Response) => (await answer.json()) as Json;

describe("Pagination by long text", () => {
  const long = (letter: string) => letter.repeat(20_000);
  const rows = ["b", "a", "b", "c"].map((letter, at) => `(${at + 1}, '${long(letter)}')`);
  const site = temporarySite(`
    create table t (id integer primary key, body text);
    insert into t values ${rows.join(", ")}, (5, null);
    create table texts (body text primary key);
    insert into texts values ${["x", "y", "z"].map((letter) => `('${long(letter)}')`).join(", ")};
  `);
  afterAll(() => site.close());

  async function pages(path: string): Promise<{ rows: Json["rows"]; longest: number }> {
    const rows: Json["rows"] = [];
    let longest = 0;
    let url: string | null = path;
    while (url !== null) {
      const page: Json = await json(await site.get(url.replace(/^.*localhost/, "")));
      rows.push(...page.rows);
      longest = Math.max(longest, (page.next ?? "").length);
      url = page.next_url;
    }
    return { rows, longest };
  }

  test.each([
    ["_sort", [5, 2, 1, 3, 4]],
    ["_sort_desc", [4, 1, 3, 2, 5]],
  ])("tokens of %s stay short and lead through all rows", async (sort, ids) => {
    const found = await pages(`/data/t.json?${sort}=body&_size=1`);
    expect(found.rows.map(({ id }) => id)).toEqual(ids);
    expect(found.longest).toBeLessThan(100);
  });

  test("tokens of long keys stay short, too", async () => {
    const found = await pages("/data/texts.json?_size=1");
    expect(found.rows.map(({ body }) => String(body)[0])).toEqual(["x", "y", "z"]);
    expect(found.longest).toBeLessThan(100);
  });

  test("a token with the whole value, as Datasette writes it, goes on being understood", async () => {
    const answer = await json(
      await site.get(`/data/t.json?_sort=body&_next=${long("a")},2&_size=1`),
    );
    expect(answer.rows).toMatchObject([{ id: 1 }]);
  });

  test.each(["$row,77", "$row,x", "$row,", "$row,1,2"])(
    "the token %s, which names no row, is refused",
    async (token) => {
      expect((await site.get(`/data/t.json?_sort=body&_next=${token}`)).status).toBe(400);
    },
  );
});

describe("A query's BLOBs", () => {
  const site = temporarySite("create table t (id integer)");
  afterAll(() => site.close());

  test("can all be downloaded, also where columns share a name", async () => {
    const sql = encodeURIComponent("select x'6161' as b, x'6262' as b");
    const page = await (await site.get(`/data/-/query?sql=${sql}`)).text();
    const links = [...page.matchAll(/href="([^"]+\.blob[^"]+)"/g)].map(([, href]) =>
      href!.replaceAll("&amp;", "&").replaceAll("&#39;", "'"),
    );
    const bodies = await Promise.all(
      links.map(async (link) => (await site.get(link.replace(/^.*localhost/, ""))).text()),
    );
    expect(bodies).toEqual(["aa", "bb"]);
  });
});

describe("Tables and columns called like SQLite's newer keywords", () => {
  const site = temporarySite(`
    create table "returning" (id integer primary key, "nothing" text);
    insert into "returning" values (1, 'a'), (2, 'b');
    create table "nothing" ("returning" text primary key);
    insert into "nothing" values ('x');
  `);
  afterAll(() => site.close());

  test.each([
    ["/data/returning.json?_sort=nothing&_facet=nothing&nothing__in=a", { nothing: "a" }],
    ["/data/nothing.json?_sort_desc=returning&_col=returning", { returning: "x" }],
    ["/data/nothing/x.json", { returning: "x" }],
  ])("%s", async (path, row) => {
    expect((await json(await site.get(path))).rows).toMatchObject([row]);
  });
});

describe("Addresses that Datasette has", () => {
  const config = {
    config: {
      databases: {
        data: {
          queries: { two: { sql: "select 2", title: "Two" }, secret: { sql: "x", allow: false } },
          tables: { hidden: { allow: false } },
        },
      },
    },
  };
  const site = temporarySite(
    `create table t (id text primary key, name text);
     insert into t values ('1', 'one'), ('2', 'two'), ('a/b', 'three');
     create table hidden (id integer);
     create table compound (a integer, b integer, c, primary key (a, b));
     insert into compound values (1, 2, 3)`,
    { config },
  );
  afterAll(() => site.close());

  test("/favicon.ico is the site's icon", async () => {
    const answer = await site.get("/favicon.ico");
    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-type")).toBe("image/svg+xml");
    expect(await answer.text()).toContain("<svg");
  });

  test("/DB/QUERY/-/definition is what the configuration says of the query", async () => {
    const answer = await json(await site.get("/data/two/-/definition"));
    expect(answer).toMatchObject({
      ok: true,
      query: { database: "data", name: "two", sql: "select 2", title: "Two", is_write: false },
    });
  });

  test.each([
    ["nope", 404],
    ["secret", 403],
    ["t", 404],
  ])("/DB/%s/-/definition is refused as JSON with %i", async (name, status) => {
    const answer = await site.get(`/data/${name}/-/definition`);
    expect(answer.status).toBe(status);
    expect(await json(answer)).toMatchObject({ ok: false, status });
  });

  test("/DB/TABLE/-/fragment is the rows without a page, with the links of the table page", async () => {
    const answer = await site.get("/data/t/-/fragment?_sort=name&_size=2");
    const markup = await answer.text();
    expect(answer.headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(markup).toMatch(/^<div class="table-wrapper".*<table class="rows-and-columns">/);
    expect(markup).not.toContain("<html");
    expect(markup.match(/<tr data-row/g)).toHaveLength(2);
    expect(markup).toContain('href="/data/t?_size=2&amp;_sort_desc=name"');
  });

  test.each([
    ["t", "_row=a~2Fb", ["a~2Fb"]],
    ["t", "_row=2&_next=2&name=one", []],
    ["compound", "_row=1,2", ["1,2"]],
    ["t", "_row=nope", []],
  ])("/DB/%s/-/fragment?%s has that row alone", async (table, query, rows) => {
    const markup = await (await site.get(`/data/${table}/-/fragment?${query}`)).text();
    expect([...markup.matchAll(/<tr data-row="([^"]*)"/g)].map(([, path]) => path)).toEqual(rows);
  });

  test.each([
    ["compound/-/fragment?_row=1", 400],
    ["hidden/-/fragment", 403],
    ["nope/-/fragment", 404],
  ])("/DB/%s is refused with %i", async (path, status) => {
    expect((await site.get(`/data/${path}`)).status).toBe(status);
  });

  test("the list of all queries links to their databases", async () => {
    const page = await (await site.get("/-/queries")).text();
    expect(page).toContain('<a href="/data">data</a>');
  });

  test("the page of a row marks the values of its key", async () => {
    const page = await (await site.get("/data/t/2")).text();
    expect(page).toContain("<strong>2</strong>");
    expect(page).not.toContain("<strong>two</strong>");
  });

  test("an empty ?sql= starts the editor with an example", async () => {
    for (const query of ["", "?sql="]) {
      const page = await (await site.get(`/data/-/query${query}`)).text();
      expect(page).toContain("\nselect * from compound</textarea>");
    }
  });

  test("a page that hides SQL with an error in it leads back to the SQL", async () => {
    const page = await (await site.get("/data/-/query?sql=select+nope&_hide_sql=1")).text();
    expect(page).toContain('(<a href="/data/-/query?sql=select+nope">show</a>)');
  });

  test("_extra=debug names the parts of the path", async () => {
    const debug = async (path: string) => (await json(await site.get(`${path}_extra=debug`))).debug;
    expect(await debug("/data/t.json?_nofacet=1&")).toMatchObject({
      url_vars: { database: "data", table: "t", format: "json" },
      nofacet: "1",
      nosuggest: null,
    });
    expect(await debug("/data/t/a~2Fb.json?")).toMatchObject({
      url_vars: { database: "data", table: "t", pks: "a~2Fb", format: "json" },
      resolved: { pks: ["id"], pk_values: ["a/b"], params: { p0: "a/b" } },
    });
    expect(await debug("/data/-/query.json?sql=select+1&")).toMatchObject({
      url_vars: { database: "data", format: "json" },
    });
  });
});

describe("?_trace=1", () => {
  const sql = "create table t (id integer primary key); insert into t values (1)";
  const open = temporarySite(sql, {
    version: 1,
    config: { config: { settings: { trace_debug: true } } },
  });
  const closed = temporarySite(sql);
  afterAll(() => {
    open.close();
    closed.close();
  });

  test("adds the statements that ran to JSON objects", async () => {
    const { _trace: trace, rows } = await json(await open.get("/data/t.json?_trace=1"));
    expect(rows).toEqual([{ id: 1 }]);
    expect(trace.num_traces).toBe(trace.traces.length);
    expect(trace.traces.at(-1)).toMatchObject({ type: "sql", error: null, params: {} });
    expect(trace.traces.map(({ sql }) => sql)).toContainEqual(
      expect.stringMatching(/^select id from t order by id limit 101/),
    );
  });

  test("adds them to pages, escaped, and keeps no browser from asking again", async () => {
    const answer = await open.get("/data/-/query?sql=select+'<b>'&_trace=1");
    const page = await answer.text();
    expect(page).toContain("&quot;num_traces&quot;");
    expect(page).not.toContain("<b>");
    expect((await open.get("/data/t?_trace=1")).headers.get("etag")).toBeNull();
    expect((await open.get("/data/t")).headers.get("etag")).not.toBeNull();
  });

  test("does not mix requests that run at the same time", async () => {
    const asked = ["1", "2", "3"].map((id) => open.get(`/data/t/${id}.json?_trace=1`));
    const [one] = await Promise.all(asked);
    const { _trace: trace } = await json(one!);
    const values = trace.traces.map(({ params }) => Object.values(params));
    expect(values.flat()).toContain("1");
    expect(values.flat()).not.toContain("2");
  });

  test("leaves lists, and sites that do not allow it, as they are", async () => {
    expect(await (await open.get("/data/t.json?_shape=array&_trace=1")).json()).toEqual([
      { id: 1 },
    ]);
    expect(await json(await closed.get("/data/t.json?_trace=1"))).not.toHaveProperty("_trace");
  });
});
