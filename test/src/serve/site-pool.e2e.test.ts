import { join } from "node:path";
import Database from "better-sqlite3";
import { expect, onTestFinished, test } from "vitest";
import { buildSiteConfig } from "../../../runtime/core/config/site-config.ts";
import type { Answer } from "../../../runtime/site/http/answer.ts";
import { isWhole } from "../../../runtime/site/http/answer.ts";
import { guardFile } from "../../../src/paths.ts";
import { openSite, type SiteToOpen } from "../../../src/serve/open-site.ts";
import { openPool } from "../../../src/serve/site-pool.ts";
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

function startPool(site: SiteToOpen, threads: number) {
  const pool = openPool(site, threads);
  onTestFinished(() => pool.close());
  return pool;
}

test("threads answer what the app answers, whole and bit by bit", async () => {
  const site = makeSite();
  const here = openSite(site);
  onTestFinished(() => here.close());
  const pool = startPool(site, 2);
  for (const url of ["/shop/items.json?_size=3", "/shop/items.csv?_stream=on", "/nowhere", "/"]) {
    const [expected, answer] = [await here.app(request(url)), await pool.app(request(url))];
    expect(answer.status).toBe(expected.status);
    expect(answer.headers).toEqual(expected.headers);
    const withoutTimes = (text: string) => text.replace(/[\d.]+\s*ms/g, "");
    expect(withoutTimes(await textOf(answer))).toBe(withoutTimes(await textOf(expected)));
  }
});

test("a slow query holds up nobody else", async () => {
  const pool = startPool(makeSite({ sql_time_limit_ms: "3000" }), 2);
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
  const pool = startPool(makeSite(), 1);
  const { body } = await pool.app(request("/shop/items.csv?_stream=on"));
  for await (const part of body as AsyncIterable<Uint8Array>) {
    expect(part.length).toBeGreaterThan(0);
    break;
  }
  expect((await pool.app(request("/shop/items/1.json"))).status).toBe(200);
});

test("a thread that does not come back is given up and replaced, and others go on", async () => {
  const site = makeSite({ sql_time_limit_ms: "100" });
  const pool = openPool(site, 2, "./test/src/serve/stuck-thread.ts");
  onTestFinished(() => pool.close());
  expect((await pool.app(request("/quick"))).status).toBe(200);
  const stuck = pool.app(request("/stuck"));
  for (let i = 0; i < 20; i++) expect((await pool.app(request("/quick"))).status).toBe(200);
  const answer = await stuck;
  expect(answer.status).toBe(503);
  expect(await textOf(answer)).toContain("longer than 1 seconds");
  const both = [pool.app(request("/quick")), pool.app(request("/quick"))];
  for (const each of await Promise.all(both)) expect(each.status).toBe(200);
});
