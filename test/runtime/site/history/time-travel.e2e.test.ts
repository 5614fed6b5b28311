import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { signedIn, type VersionedSite, versionedSite } from "./versioned-site.ts";

const FIRST = `
  create table people (id integer primary key, name text, team integer references teams(id));
  create table teams (id integer primary key, name text);
  create view tall as select * from people;
  insert into teams values (1, 'red'), (2, 'blue');
  insert into people values (1, 'Ada', 1), (2, 'Bo', 2), (3, 'Cy', 1);
`;

let site: VersionedSite;

/** Three versions. */
async function start(): Promise<void> {
  site = await versionedSite();
  site.publish({ data: FIRST });
  site.publish({
    data: "insert into people values (4, 'Di', 2); update people set name = 'Ben' where id = 2",
  });
  site.publish({
    data: "delete from people where id = 1; alter table people add column mail text",
  });
}

async function names(path: string): Promise<unknown[]> {
  const { rows } = (await site.json(path)) as { rows?: { name: unknown }[] };
  return (rows ?? []).map(({ name }) => name);
}

describe("a version by its number", () => {
  beforeAll(start);
  afterAll(() => site.close());

  test("answers pages and JSON, and the current one is answered without it", async () => {
    expect(await names("/data/people.json?_at=1")).toEqual(["Ada", "Bo", "Cy"]);
    expect(await names("/data/people.json?_at=2")).toEqual(["Ada", "Ben", "Cy", "Di"]);
    expect(await names("/data/people.json?_at=3")).toEqual(["Ben", "Cy", "Di"]);
    expect(await names("/data/people.json")).toEqual(["Ben", "Cy", "Di"]);
    expect(await site.text("/data/people?_at=1")).toContain("Ada");
  });

  test("answers SQL, views, rows, facets, CSV, schemas, columns and downloads from that version", async () => {
    expect(await names("/data/-/query.json?sql=select+name+from+people&_at=1")).toEqual([
      "Ada",
      "Bo",
      "Cy",
    ]);
    expect(await names("/data/tall.json?_at=1")).toEqual(["Ada", "Bo", "Cy"]);
    expect((await site.get("/data/people/1.json?_at=2")).status).toBe(200);
    expect((await site.get("/data/people/1.json")).status).toBe(404);
    const csv = await site.text("/data/people.csv?_at=1&_stream=1");
    expect(csv.trim().split(/\r?\n/)).toEqual(["id,name,team", "1,Ada,1", "2,Bo,2", "3,Cy,1"]);
    expect(await site.text("/data/-/schema?_at=2")).not.toContain("mail");
    expect(await site.text("/data/people/-/schema.json")).toContain("mail");
    const faceted = await site.text("/data/people.json?_facet=team&_at=1");
    expect(faceted).toContain('"count":2');
    expect(faceted).toContain("_at=1");
    const download = Buffer.from(await (await site.get("/data.db?_at=1")).arrayBuffer());
    expect(download.includes("Ada")).toBe(true);
    expect((await site.json("/data.json?_at=1")) as object).toMatchObject({ database: "data" });
  });

  test("is in every link of its pages, and marked with a way back", async () => {
    for (const path of [
      "/",
      "/data",
      "/data/people",
      "/data/people/2",
      "/data/-/query?sql=select+1",
      "/data/people/-/columns",
      "/data/-/queries",
      "/-/search?q=x",
    ]) {
      const page = await site.text(`${path}${path.includes("?") ? "&" : "?"}_at=2`);
      expect(page, path).toContain(
        "This is version 2 of the data, published 2026-01-02 12:00 UTC.",
      );
      expect(page, path).toContain(`class="to-present" href="${path.replaceAll("&", "&amp;")}"`);
      const body = page.slice(page.indexOf("<main>"), page.indexOf("</main>"));
      const links = [...page.matchAll(/ (?:href|data-url|data-database-url)="(\/[^"]*)"/g)].map(
        ([, href]) => href!,
      );
      const lost = links.filter(
        (href) => !/[?;]_at=2(?:&|#|$)/.test(href) && !isTimeless(href, path),
      );
      expect(lost, path).toEqual([]);
      const forms = [...body.matchAll(/<form[^>]*>.*?<\/form>/gs)].map(([form]) => form);
      for (const form of forms) {
        expect(form, path).toContain('<input type="hidden" name="_at" value="2">');
        expect(form, path).not.toMatch(/<form[^>]*action="[^"]*\?/);
      }
    }
  });

  /** Files, what says nothing of the data, and the way back. */
  function isTimeless(href: string, path: string): boolean {
    return /^\/-\/(static|versions|look)/.test(href) || href === path.replaceAll("&", "&amp;");
  }

  test("is in the links of its JSON", async () => {
    const first = (await site.json("/data/people.json?_size=1&_at=1")) as { next_url?: string };
    expect(first.next_url).toContain("_at=1");
    expect(await names(first.next_url!.replace("http://localhost", ""))).toEqual(["Bo"]);
    expect(await site.text("/-/jump.json?q=people&_at=1")).toContain("/data/people?_at=1");
  });

  test("may be kept for ever where it follows from the version alone", async () => {
    const kept = (path: string) =>
      site.get(path).then(({ headers }) => headers.get("cache-control") ?? "");
    expect(await kept("/data/people?_at=1")).toBe("public, max-age=31536000, immutable");
    expect(await kept("/data/people.json?_at=3")).toBe("public, max-age=31536000, immutable");
    expect(await kept("/data/-/query.json?sql=select+datetime('now')&_at=1")).not.toMatch(
      /immutable/,
    );
    expect(await kept("/data/people?_at=2026-01-01T13:00")).not.toMatch(/immutable/);
    expect(await kept("/data/nothing?_at=1")).not.toMatch(/immutable/);
    expect(await kept("/data/people?_at=1&_ttl=0")).toBe("no-cache");
  });

  test("has the same page now and when it is no longer the current one", async () => {
    const now = await site.text("/data/people?_at=3");
    site.publish({ data: "delete from people" });
    const strip = (html: string) => html.replaceAll(/<time.*?<\/time>/g, "");
    expect(strip(await site.text("/data/people?_at=3"))).toBe(strip(now));
  });
});

describe("a time", () => {
  beforeAll(start);
  afterAll(() => site.close());

  test.each([
    ["2026-01-01T12:00", 1],
    ["2026-01-02T11:59:59", 1],
    ["2026-01-03", 2],
    ["2026-01-02T13:00+01:00", 2],
    ["2026-01-02 14:30 02:30", 2],
    ["2026-02-01", 3],
  ])("%s is answered from version %i, to which its links lead", async (at, version) => {
    const page = await site.text(`/data?_at=${at}`);
    expect(page).toContain(`This is version ${version} of the data`);
    expect(page).toContain(`/data/people?_at=${version}"`);
  });

  test("before the first version, or whose version is gone, is not found", async () => {
    expect((await site.get("/data?_at=2025-12-31")).status).toBe(404);
    site.remove(2);
    const other = await versionedSiteAgain();
    const answer = await other.get("/data.json?_at=2026-01-02T18:00");
    await other.close();
    expect(answer.status).toBe(404);
    expect(await answer.json()).toMatchObject({ versions: [1, 3] });
  });

  test("in the future, or that is none, is refused", async () => {
    const error = async (at: string) =>
      (await site.json(`/data.json?_at=${at}`)) as { error?: string; status?: number };
    expect(await error("2999-01-01")).toMatchObject({ status: 400 });
    expect(await error("yesterday")).toMatchObject({ status: 400 });
    expect((await error("2026-02-30")).error).toContain("_at=2026-02-30 is neither");
    expect((await site.get("/data?_at=")).status).toBe(200);
  });
});

/** What is listed is believed for some seconds: a new environment knows at once. */
async function versionedSiteAgain(): Promise<VersionedSite> {
  const other = await versionedSite();
  for (const [key, body] of site.s3.objects) other.s3.objects.set(key, body);
  return other;
}

describe("a version that is not there", () => {
  beforeEach(start);
  afterEach(() => site.close());

  test("is a 404 that lists those there are", async () => {
    site.remove(1);
    const answer = await site.get("/data/people.json?_at=1");
    expect(answer.status).toBe(404);
    expect(await answer.json()).toMatchObject({
      error: "There is no version 1. There are: 2–3.",
      versions: [2, 3],
    });
    const page = await site.get("/data/people?_at=99");
    expect(page.status).toBe(404);
    expect(await page.text()).toContain("There is no version 99. There are: 2&#8211;3.");
  });

  test("says so when it went while it was being read", async () => {
    expect((await site.get("/-/databases.json?_at=1")).status).toBe(200);
    // The collector removes the version first, then what only it needs.
    site.remove(1);
    for (const key of [...site.s3.objects.keys()].filter((key) => /^(blocks|indexes)/.test(key))) {
      site.s3.objects.delete(key);
    }
    const answer = await site.get("/data/people.json?_at=1");
    expect([answer.status, await answer.text()]).toEqual([
      404,
      expect.stringContaining("any more"),
    ]);
  });
});

test("what is configured today for a column that was not there yet is left out", async () => {
  await start();
  const people = { sort: "mail", facets: ["mail"], label_column: "mail" };
  site.publish({}, { config: { databases: { data: { tables: { people } } } } });
  const statuses = [];
  for (const path of ["/data/people", "/data/people.json", "/data/people/1", "/data", "/"]) {
    statuses.push((await site.get(`${path}?_at=1`)).status);
  }
  await site.close();
  expect(statuses).toEqual([200, 200, 200, 200, 200]);
});

describe("what is not shown", () => {
  beforeEach(start);
  afterEach(() => site.close());

  test("any version where the setting is off", async () => {
    site.publish({}, { settings: { allow_time_travel: "off" } });
    const answer = await site.get("/data/people.json?_at=1");
    expect([answer.status, await answer.text()]).toEqual([
      403,
      expect.stringContaining("allow_time_travel"),
    ]);
  });

  test("versions before the first one that a setting names", async () => {
    site.publish({}, { settings: { time_travel_from: "3" } });
    expect((await site.get("/data?_at=2")).status).toBe(404);
    expect((await site.get("/data?_at=2026-01-02T13:00")).status).toBe(404);
    expect((await site.get("/data?_at=3")).status).toBe(200);
    expect(await site.json("/x.json?_at=2")).toMatchObject({ versions: [3, 4] });
  });

  test("versions whose publisher could not know of it, and those published while it was off", async () => {
    site.publish(
      { data: "insert into people values (9, 'Secret', 1, null)" },
      { settings: { allow_time_travel: "off" } },
    );
    site.publish({ data: "delete from people where id = 9" }, { timeTravel: undefined as never });
    site.publish({});
    expect((await site.get("/data/people?_at=4")).status).toBe(404);
    expect((await site.get("/data/people?_at=5")).status).toBe(404);
    expect((await site.get("/data/people?_at=3")).status).toBe(200);
  });

  test("a database where anything is denied, but the others", async () => {
    const config = { databases: { data: { tables: { teams: { allow: false } } } } };
    site.publish({ open: "create table t (n)" }, { config });
    site.publish({}, { config });
    const answer = await site.get("/data/people?_at=3");
    const refusal = expect.stringContaining("Earlier versions of data are not shown");
    expect([answer.status, await answer.text()]).toEqual([403, refusal]);
    expect((await site.get("/data.db?_at=4")).status).not.toBe(200);
    expect((await site.get("/data/people.json?_at=5")).status).toBe(403);
    expect((await site.get("/open/t?_at=4")).status).toBe(200);
    expect(await site.text("/?_at=4")).not.toContain("/data");
    expect(await site.text("/-/versions.json")).not.toContain("people");
  });

  test("unless the permission view-versions is given; then today's permissions hold for all versions", async () => {
    const config = {
      databases: {
        data: { permissions: { "view-versions": true }, tables: { teams: { allow: false } } },
      },
    };
    site.publish({}, { config });
    expect((await site.get("/data/people?_at=1")).status).toBe(200);
    expect((await site.get("/data/teams?_at=1")).status).toBe(403);
    expect(await site.text("/data/-/query.json?sql=select+*+from+teams&_at=1")).not.toContain(
      "red",
    );
    expect((await site.get("/data.db?_at=1")).status).toBe(403);
    expect(await site.text("/-/versions.json")).not.toContain("teams");
  });

  test("databases that are no longer published", async () => {
    site.publish({ gone: "create table private (n); insert into private values ('hush')" });
    site.publish({}, {}, ["gone"]);
    expect((await site.get("/gone/private?_at=4")).status).toBe(404);
    expect(await site.text("/-/versions.json")).not.toContain("private");
    expect(await site.text("/?_at=4")).not.toContain("gone");
  });
});

describe("/-/versions", () => {
  beforeAll(start);
  afterAll(() => site.close());

  test("says when, with what, and how many rows of which table came or went", async () => {
    const { published } = (await site.json("/-/versions.json")) as { published?: unknown };
    expect(published).toMatchObject({
      current: 3,
      versions: [
        {
          version: 3,
          published_at: "2026-01-03T12:00:00.000Z",
          path: "/?_at=3",
          databases: [
            {
              database: "data",
              change: "changed",
              origin: "typed",
              tables: [{ table: "people", change: "changed", rows_before: 4, rows_after: 3 }],
            },
          ],
        },
        { version: 2, databases: [{ tables: [{ rows_before: 3, rows_after: 4 }] }] },
        { version: 1, databases: [{ database: "data", change: "new" }] },
      ],
      next_url: null,
    });
    const page = await site.text("/-/versions");
    expect(page).toContain("people</a> &#8722;1 (4 → 3 rows)");
    expect(page).toContain('href="/?_at=2"');
  });

  test("is in pages, and does not guess what changed where the version before is gone", async () => {
    for (let version = 4; version <= 30; version++) {
      site.publish({ data: `insert into people (name) values ('n${version}')` });
    }
    site.remove(20);
    const first = (await site.json("/-/versions.json")) as {
      published?: { versions: { version: number; databases: unknown }[]; next_url: string };
    };
    const { versions, next_url: next } = first.published!;
    expect(versions.map(({ version }) => version)).toEqual([
      30, 29, 28, 27, 26, 25, 24, 23, 22, 21, 19, 18, 17, 16, 15, 14, 13, 12, 11, 10,
    ]);
    expect(versions.find(({ version }) => version === 21)?.databases).toBeNull();
    const rest = await site.text(next.replace("http://localhost", ""));
    expect(rest).toContain('"version":9');
    expect(rest).toContain('"next_url":null');
  });
});

test("walking through many versions keeps few of them open", async () => {
  await start();
  for (let version = 4; version <= 25; version++) {
    site.publish({ data: `insert into people (name) values ('n${version}')` });
  }
  await site.get("/data/people");
  let mapped = 0;
  for (let version = 1; version <= 25; version++) {
    await site.get(`/data/people?_at=${version}`);
    mapped = Math.max(mapped, site.databases().count);
  }
  await site.close();
  expect(mapped).toBeLessThanOrEqual(4);
});

test("an API of files, or of a package, says that there are no versions", async () => {
  const { temporarySite } = await import("../temporary-site.ts");
  const served = temporarySite("create table t (n)");
  const embedded = temporarySite("create table t (n)", { version: 1 });
  try {
    for (const [each, sentence] of [
      [served, "There are no versions here"],
      [embedded, "This site has only the version that is in its function (storage embed)"],
    ] as const) {
      for (const path of [
        "/data/t.json?_at=1",
        "/data/t?_at=2026-01-01",
        "/?_at=1",
        "/data.db?_at=1",
      ]) {
        const answer = await each.get(path);
        const refusal = expect.stringContaining(sentence);
        expect([path, answer.status, await answer.text()]).toEqual([path, 400, refusal]);
        expect(answer.headers.get("cache-control") ?? "").not.toContain("immutable");
      }
    }
  } finally {
    served.close();
    embedded.close();
  }
});

describe("a password", () => {
  const flags = { cors: false, crossdb: false, defaultDeny: false };
  beforeEach(start);
  afterEach(() => site.close());

  test("that the site needs now is needed for its earlier versions, too", async () => {
    site.publish({}, { flags: { ...flags, password: true } });
    for (const path of [
      "/data/people.json?_at=1",
      "/-/versions.json",
      "/data/people.json?_at=99",
    ]) {
      const answer = await site.get(path);
      expect([path, answer.status]).toEqual([path, 401]);
      expect(await answer.json()).toMatchObject({ error: "This site needs a password." });
    }
    const inside = await site.get("/data/people.json?_at=1", signedIn());
    expect(inside.headers.get("cache-control")).toBe("private, no-store");
    expect(await inside.text()).toContain("Ada");
  });

  test("that an earlier version needed is not lifted by a later one that needs none", async () => {
    site.publish({}, { flags: { ...flags, password: true } });
    site.publish({}, { flags });
    expect((await site.get("/data/people.json?_at=4")).status).toBe(404);
    expect((await site.get("/data/people.json?_at=3")).status).toBe(200);
    const { published } = (await site.json("/-/versions.json")) as unknown as {
      published: { versions: { version: number; path: string | null }[] };
    };
    const listed = published.versions.map(({ version, path }) => [version, path]);
    expect(listed.slice(0, 3)).toEqual([
      [5, "/?_at=5"],
      [4, null],
      [3, "/?_at=3"],
    ]);
  });
});
