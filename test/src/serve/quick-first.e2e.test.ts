import { join } from "node:path";
import Database from "better-sqlite3";
import { expect, onTestFinished, test } from "vitest";
import { buildSiteConfig } from "../../../runtime/core/config/site-config.ts";
import type { Answer } from "../../../runtime/site/http/answer.ts";
import { isWhole } from "../../../runtime/site/http/answer.ts";
import { guardFile } from "../../../src/paths.ts";
import { openSite, type SiteToOpen } from "../../../src/serve/open-site.ts";
import { openQuickFirst } from "../../../src/serve/quick-first.ts";
import { temporaryDirectory } from "../../temporary-directory.ts";

process.env.SQLITE_USE_URI = "1";

function makeSite(settings: Record<string, string> = {}): SiteToOpen {
  const path = join(temporaryDirectory(), "shop.db");
  const database = new Database(path);
  database.exec(`
    create table items (id integer primary key, name text);
    with recursive c(i) as (select 1 union all select i + 1 from c where i < 3000)
      insert into items select i, 'item ' || i from c;
  `);
  database.close();
  const content = {
    config: {},
    metadata: {},
    settings,
    flags: { cors: false, crossdb: false, defaultDeny: false },
  };
  const file = { name: "shop", path, isMutable: true, sha256: null, inspection: null };
  return {
    files: [file],
    site: { ...content, config: buildSiteConfig(content) } as never,
    memory: false,
    mounts: [],
    nolock: false,
    guardFile: guardFile(),
    actor: null,
  };
}

function request(url: string) {
  return { method: "GET", url, headers: new Headers(), isSecure: false };
}

async function textOf({ body }: Answer): Promise<string> {
  if (isWhole(body)) return Buffer.from(body ?? "").toString();
  const parts: Buffer[] = [];
  for await (const part of body) parts.push(Buffer.from(part));
  return Buffer.concat(parts).toString();
}

function sql(text: string): string {
  return `/shop/-/query.json?_shape=array&sql=${encodeURIComponent(text)}`;
}

const ENDLESS =
  "with recursive n(x) as (select 1 union all select x + 1 from n) select max(x) from n";

function start(site: SiteToOpen, processes: number, entry?: string) {
  const opened = openQuickFirst(site, processes, entry && join(import.meta.dirname, entry));
  onTestFinished(() => opened.close());
  return opened;
}

test("everything is answered as by the app alone, whole and bit by bit", async () => {
  const site = makeSite();
  const here = openSite(site);
  onTestFinished(() => here.close());
  const pool = start(site, 2);
  const urls = ["/shop/items.json?_size=3", "/shop/items.csv?_stream=on", "/nowhere", "/"];
  urls.push(sql("select sqlite_version()"), "/shop.db", "/shop/items.json?_where=id<3");
  for (const url of urls) {
    const [expected, answer] = [await here.app(request(url)), await pool.app(request(url))];
    expect(answer.status).toBe(expected.status);
    const { "server-timing": _times, ...headers } = expected.headers;
    expect(answer.headers).toMatchObject(headers);
    const withoutTimes = (text: string) => text.replace(/[\d.]+\s*ms/g, "");
    expect(withoutTimes(await textOf(answer))).toBe(withoutTimes(await textOf(expected)));
  }
});

test("a slow query holds up nobody else", async () => {
  const pool = start(makeSite({ sql_time_limit_ms: "3000" }), 2);
  await pool.app(request("/shop/items/1.json"));
  let slowEnded = false;
  const slow = pool.app(request(sql(ENDLESS))).then((answer) => {
    slowEnded = true;
    return answer;
  });
  for (let i = 1; i <= 50; i++) {
    expect((await pool.app(request(`/shop/items/${i}.json`))).status).toBe(200);
  }
  expect(slowEnded).toBe(false);
  expect((await slow).status).toBe(400);
});

test("a reader of a stream that goes away in the middle does no harm", async () => {
  const pool = start(makeSite(), 1);
  const { body } = await pool.app(request("/shop/items.csv?_stream=on"));
  for await (const part of body as AsyncIterable<Uint8Array>) {
    expect(part.length).toBeGreaterThan(0);
    break;
  }
  expect((await pool.app(request("/shop/items/1.json"))).status).toBe(200);
});

test("a process that does not come back is ended and replaced, and others go on", async () => {
  const pool = start(makeSite({ sql_time_limit_ms: "100" }), 2, "stuck-process.ts");
  expect((await pool.app(request("/shop/items/1.json"))).status).toBe(200);
  const stuck = pool.app(request("/-/query?stuck"));
  const others = new Set<string>();
  for (let i = 0; i < 20; i++) others.add(await textOf(await pool.app(request("/-/query?quick"))));
  expect(others.size).toBe(1);
  const answer = await stuck;
  expect(answer.status).toBe(503);
  expect(await textOf(answer)).toContain("had to be ended");
  const both = () => Promise.all([1, 2].map((at) => pool.app(request(`/-/query?${at}`))));
  while (others.size < 2) for (const each of await both()) others.add(await textOf(each));
});

test("where no process can be started, quick answers are given and others say that it is so", async () => {
  const pool = start(makeSite(), 2, "unable-process.ts");
  expect((await pool.app(request("/shop/items/1.json"))).status).toBe(200);
  expect((await pool.app(request(sql("select 1")))).status).toBe(503);
  expect((await pool.app(request(sql("select 1")))).status).toBe(503);
});

test("a table that is not quick is answered completely, by a process", async () => {
  const site = makeSite();
  const database = new Database(site.files[0]!.path);
  database.exec(`create view slow as with recursive n(x) as
    (select 1 union all select x + 1 from n where x < 400000) select max(x) as most from n`);
  database.close();
  const pool = start(site, 1);
  for (let times = 0; times < 2; times++) {
    const answer = await pool.app(request("/shop/slow.json?_shape=arrayfirst"));
    expect(await textOf(answer)).toBe("[400000]");
  }
});
