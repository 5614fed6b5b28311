import { afterAll, beforeAll, expect, test } from "vitest";
import { type VersionedSite, versionedSite } from "./versioned-site.ts";

let site: VersionedSite;

beforeAll(async () => {
  site = await versionedSite();
  site.publish({
    data: `
      create table people (id integer primary key, name text, photo blob);
      create table places (name text primary key, n int);
      create table hidden (id integer primary key, secret text);
      create view adults as select * from people;
      insert into people values (1, 'Ada', null), (2, 'Bo & <Co>', x'00'), (3, 'Cy', null);
      insert into places values ('here', 1), ('there', 2);
      insert into hidden values (1, 'hush');
    `,
  });
  site.publish({
    data: `
      update people set name = 'Ben' where id = 2;
      delete from people where id = 1;
      insert into people values (7, '=1+1', null);
    `,
  });
  site.publish({ data: "update places set n = 5 where name = 'there'" });
});
afterAll(() => site.close());

test("rows that came, went and changed, cell by cell, as JSON, a page and CSV", async () => {
  expect(await site.json("/data/people/-/changes.json?from=1&to=2")).toMatchObject({
    from: 1,
    to: 2,
    primary_keys: ["id"],
    counts: { added: 1, removed: 1, changed: 1 },
    complete: true,
    rows: [
      { change: "removed", key: { id: 1 }, row: { id: 1, name: "Ada", photo: null } },
      { change: "changed", key: { id: 2 }, cells: { name: { before: "Bo & <Co>", after: "Ben" } } },
      { change: "added", key: { id: 7 }, row: { name: "=1+1" } },
    ],
  });
  const page = await site.text("/data/people/-/changes?from=1&to=2");
  expect(page).toContain("1 row added, 1 removed, 1 changed");
  expect(page).toContain("<del>Bo &amp; &lt;Co&gt;</del> <ins>Ben</ins>");
  expect(page).toContain('href="/data/people?_at=1"');
  const csv = await site.text("/data/people/-/changes.csv?from=1&to=2");
  expect(csv.split("\r\n").slice(0, 5)).toEqual([
    "change,id,column,before,after",
    "removed,1,id,1,",
    "removed,1,name,Ada,",
    "removed,1,photo,,",
    "changed,2,name,Bo & <Co>,Ben",
  ]);
});

test("the other way round, of one version, and without numbers: what the last one changed", async () => {
  const counts = async (path: string) => ((await site.json(path)) as { counts?: unknown }).counts;
  expect(await counts("/data/people/-/changes.json?from=2&to=1")).toEqual({
    added: 1,
    removed: 1,
    changed: 1,
  });
  expect(await counts("/data/people/-/changes.json?from=2&to=2")).toEqual({
    added: 0,
    removed: 0,
    changed: 0,
  });
  expect(await counts("/data/people/-/changes.json")).toEqual({ added: 0, removed: 0, changed: 0 });
  expect(await site.json("/data/places/-/changes.json")).toMatchObject({
    from: 2,
    to: 3,
    primary_keys: ["name"],
    rows: [{ change: "changed", key: { name: "there" }, cells: { n: { before: 2, after: 5 } } }],
  });
});

test("versions that are not there, views and nonsense are refused; named versions are kept for ever", async () => {
  const status = async (path: string) => (await site.get(path)).status;
  expect(await status("/data/people/-/changes.json?from=1&to=9")).toBe(404);
  expect(await status("/data/people/-/changes.json?from=0&to=2")).toBe(404);
  expect(await status("/data/people/-/changes.json?from=x&to=2")).toBe(400);
  expect(await status("/data/adults/-/changes.json?from=1&to=2")).toBe(400);
  expect(await status("/data/nothing/-/changes.json?from=1&to=2")).toBe(404);
  expect(await status("/data/people/-/changes?from=1&to=1")).toBe(200);
  const { headers } = await site.get("/data/people/-/changes.json?from=1&to=2");
  expect(headers.get("cache-control")).toContain("immutable");
});

test("the feed has an entry a version that changed the table, with ids that stay", async () => {
  const feed = await site.text("/data/people.atom");
  expect(feed).toContain("<title>people: 1 added, 1 removed, 1 changed</title>");
  expect(feed.match(/<entry>/g)).toHaveLength(1);
  expect(feed).toContain("<id>tag:localhost,2026-01-02:/data/people/2</id>");
  expect(feed).toContain('href="http://localhost/data/people/-/changes?from=1&amp;to=2"');
  expect(feed).toContain("<updated>2026-01-02T12:00:00.000Z</updated>");
  expect(await site.text("/data/people.atom")).toBe(feed);
  expect((await site.get("/data/people.atom")).headers.get("content-type")).toContain("atom+xml");
});

test("what is private now is told of no version", async () => {
  const config = {
    databases: {
      data: { permissions: { "view-versions": true }, tables: { hidden: { allow: false } } },
    },
  };
  site.publish({}, { config });
  site.publish({}, { config, settings: { max_returned_rows: "1" } });
  for (const path of ["/data/hidden/-/changes.json?from=1&to=2", "/data/hidden.atom"]) {
    const answer = await site.get(path);
    expect([answer.status, (await answer.text()).includes("hush")]).toEqual([403, false]);
  }
  expect(await site.json("/data/people/-/changes.json?from=1&to=2")).toMatchObject({
    complete: false,
    stopped: "there are more than 1 changed rows, from rowid 2 on",
  });
  site.publish({}, { config: { databases: { data: { tables: { hidden: { allow: false } } } } } });
  expect((await site.get("/data/people/-/changes?from=1&to=2")).status).toBe(403);
  expect((await site.get("/data/people.atom")).status).toBe(403);
});

test("what was behind a password, or is not shown, is told of by no feed", async () => {
  const flags = { cors: false, crossdb: false, defaultDeny: false };
  site.publish(
    { data: "insert into people values (9, 'Secret', null)" },
    { flags: { ...flags, password: true } },
  );
  site.publish({ data: "delete from people where id = 9" }, { flags });
  const feed = await site.text("/data/people.atom");
  expect(feed.match(/people\/(\d+)<\/id>/g)).toEqual(feed.match(/people\/2<\/id>/g));
  expect((await site.get("/data/people/-/changes.json")).status).toBe(404);
  site.publish({}, { settings: { allow_time_travel: "off" } });
  expect((await site.get("/data/people.atom")).status).toBe(403);
});
