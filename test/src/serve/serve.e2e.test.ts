import { closeSync, mkdirSync, openSync, renameSync, writeFileSync, writeSync } from "node:fs";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import Database from "better-sqlite3";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import { makeDatabase, setVersion } from "../../runtime/site/sources/published.ts";
import { temporaryDirectory } from "../../temporary-directory.ts";
import { dsl, dslServe, type Running } from "./dsl.ts";

let directory: string;
let shop: string;

beforeEach(() => {
  directory = temporaryDirectory();
  shop = join(directory, "shop.db");
  makeDatabase(shop, 0.1);
});

async function json(server: Running, path: string): Promise<unknown> {
  return (await server.get(path)).json();
}

async function rows(server: Running, path: string): Promise<unknown> {
  return ((await json(server, path)) as { rows: unknown }).rows;
}

test("a database is served under its file name until Ctrl-C, which is no failure", async () => {
  const server = await dslServe(shop);
  expect(await rows(server, "shop/version.json?_col=n")).toEqual([{ rowid: 1, n: 1 }]);
  expect(await json(server, "-/status.json")).toMatchObject({ storage: "serve", version: null });
  server.child.kill("SIGINT");
  expect((await server.finished).code).toBe(0);
});

test("what another process writes, and a file that takes its place, are served at once", async () => {
  const server = await dslServe(shop);
  await rows(server, "shop/version.json");
  setVersion(shop, 2);
  expect(await rows(server, "shop/version.json")).toEqual([{ rowid: 1, n: 2 }]);
  const other = join(directory, "other");
  makeDatabase(other, 0.1, 3);
  renameSync(other, shop);
  expect(await rows(server, "shop/version.json")).toEqual([{ rowid: 1, n: 3 }]);
});

test("a table that another process makes is there at once", async () => {
  const server = await dslServe(shop);
  expect((await server.get("shop/extra.json")).status).toBe(404);
  const writer = new Database(shop);
  writer.exec("create table extra (a); insert into extra values (5)");
  writer.close();
  expect(await rows(server, "shop/extra.json")).toEqual([{ rowid: 1, a: 5 }]);
});

test("many requests while a writer commits each see whole transactions", async () => {
  const writer = new Database(shop);
  onTestFinished(() => void writer.close());
  writer.exec(
    "pragma journal_mode = wal; create table pair (a, b); insert into pair values (0, 0)",
  );
  const server = await dslServe(shop);
  const update = writer.prepare("update pair set a = a + 1, b = b + 1");
  const writing = setInterval(() => update.run(), 2);
  onTestFinished(() => clearInterval(writing));
  const answers = await Promise.all(
    Array.from({ length: 60 }, () => rows(server, "shop/pair.json")),
  );
  for (const answer of answers as [{ a: number; b: number }][]) {
    expect(answer[0].a).toBe(answer[0].b);
  }
});

test("visitors may run SQL of their own", async () => {
  const server = await dslServe(shop);
  expect(await rows(server, "shop/-/query.json?sql=select+n+%2B+1+as+m+from+version")).toEqual([
    { m: 2 },
  ]);
});

test("a directory serves its databases, configuration and static files", async () => {
  makeDatabase(join(directory, "staff.sqlite"), 0.1);
  mkdirSync(join(directory, "static"));
  writeFileSync(join(directory, "static", "style.css"), "body { color: red }");
  writeFileSync(join(directory, "metadata.yaml"), "title: Our data");
  writeFileSync(
    join(directory, "datasette.yaml"),
    "databases: {staff: {allow: false}}\nsettings: {default_page_size: 5}",
  );
  const server = await dslServe(directory);
  expect((await server.get("staff.json")).status).toBe(403);
  expect(await rows(server, "shop/data.json?_col=id")).toHaveLength(5);
  const style = await server.get("static/style.css");
  expect([style.status, await style.text()]).toEqual([200, "body { color: red }"]);
  expect(await (await server.get("")).text()).toContain("Our data");
});

test("static files do not reach outside of their directory", async () => {
  mkdirSync(join(directory, "public"));
  writeFileSync(join(directory, "public", "in.txt"), "in");
  writeFileSync(join(directory, "public", ".env"), "secret");
  writeFileSync(join(directory, "secret.txt"), "secret");
  const server = await dslServe(shop, "--static", `/files/:${join(directory, "public")}`);
  expect(await (await server.get("files/in.txt")).text()).toBe("in");
  for (const path of [
    "files/..%2Fsecret.txt",
    "files/%2e%2e/secret.txt",
    "files//../secret.txt",
    "files/.env",
  ]) {
    expect((await server.get(path)).status).toBe(404);
  }
});

test("static files must not hide a database", async () => {
  const { code, stderr } = await dsl("serve", shop, "--static", `shop:${directory}`);
  expect(code).toBe(2);
  expect(stderr).toContain("would hide the pages of the database shop");
});

test("the flags are those of datasette serve", async () => {
  const config = join(directory, "config.json");
  writeFileSync(config, '{"settings": {"default_page_size": 3, "max_returned_rows": 7}}');
  const metadata = join(directory, "meta.json");
  writeFileSync(metadata, '{"title": "Shops"}');
  const flags = ["-i", shop, "-h", "127.0.0.1", "-c", config, "-m", metadata, "--memory"];
  const server = await dslServe(...flags, "-s", "default_page_size", "4", "--cors");
  const page = await server.get("shop/data.json?_col=id");
  expect(page.headers.get("access-control-allow-origin")).toBe("*");
  expect(((await page.json()) as { rows: unknown[] }).rows).toHaveLength(4);
  const { databases } = (await json(server, "-/databases.json")) as { databases: unknown[] };
  expect(databases).toMatchObject([
    { name: "_memory", is_memory: true },
    { name: "shop", is_mutable: false, size: expect.any(Number) },
  ]);
});

test("--crossdb joins databases", async () => {
  const other = join(directory, "other.db");
  makeDatabase(other, 0.1, 4);
  const server = await dslServe(shop, other, "--crossdb");
  const sql = "select a.n + b.n as sum from shop.version a, other.version b";
  const path = `_memory/-/query.json?sql=${encodeURIComponent(sql)}`;
  expect(await rows(server, path)).toEqual([{ sum: 5 }]);
});

test("--inspect-file gives the counts of a database that does not change", async () => {
  const counts = join(directory, "counts.json");
  const tables = { data: { count: 12345 }, version: { count: 1 } };
  writeFileSync(counts, JSON.stringify({ shop: { hash: "a".repeat(64), tables } }));
  const server = await dslServe("-i", shop, "--inspect-file", counts);
  expect(await json(server, "shop.json")).toMatchObject({
    tables: expect.arrayContaining([expect.objectContaining({ name: "data", count: 12345 })]),
  });
});

test("--default-deny refuses what is not allowed", async () => {
  const server = await dslServe(shop, "--default-deny");
  expect((await server.get("shop.json")).status).toBe(403);
});

test("--get prints the body of one page", async () => {
  const { code, stdout } = await dsl("serve", shop, "--get", "/shop/version.json?_shape=array");
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toEqual([{ rowid: 1, n: 1 }]);
});

test("--get of a page that is not there prints its body and exits with 1", async () => {
  const { code, stdout, stderr } = await dsl("serve", shop, "--get", "/shop/none.json");
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({ ok: false });
  expect(stderr).toContain("GET /shop/none.json was answered with status 404");
});

test("a port that is taken is named, with another to try", async () => {
  const taken = http.createServer().listen(0, "127.0.0.1");
  onTestFinished(() => void taken.close());
  await expect.poll(() => taken.listening).toBe(true);
  const { port } = taken.address() as AddressInfo;
  const { code, stderr } = await dsl("serve", shop, "-p", String(port));
  expect(code).toBe(1);
  expect(stderr).toContain(`Port ${port} on 127.0.0.1 is used by another program`);
  expect(stderr).toContain(`Try: --port ${port + 1}`);
});

test.each<[string, (path: string) => void, string]>([
  ["missing", () => {}, "There is no file"],
  ["empty", (path) => writeFileSync(path, ""), "is an empty file"],
  ["something else", (path) => writeFileSync(path, "a,b\n1,2\n"), "is not a SQLite database"],
  ["damaged", (path) => damage(path), "is damaged"],
])("a file that is %s is refused with a hint", async (_, make, message) => {
  const path = join(directory, "bad.db");
  make(path);
  const { code, stdout, stderr } = await dsl("serve", path);
  expect([code, stdout]).toEqual([1, ""]);
  expect(stderr).toContain(message);
  expect(stderr).toContain("Try: ");
  expect(stderr).not.toMatch(/^\s+at /m);
});

test("a directory without databases is refused", async () => {
  const empty = temporaryDirectory();
  const { code, stderr } = await dsl("serve", empty);
  expect(code).toBe(1);
  expect(stderr).toContain(`There are no databases in ${empty}`);
});

test("two files with the same name are refused", async () => {
  const other = join(temporaryDirectory(), "shop.sqlite");
  makeDatabase(other, 0.1);
  const { code, stderr } = await dsl("serve", shop, other);
  expect(code).toBe(2);
  expect(stderr).toContain('would both be served as "shop"');
});

test("an unknown setting and a mistake in the configuration are refused at the start", async () => {
  const unknown = await dsl("serve", shop, "-s", "defalt_page_size", "4");
  expect([unknown.code, unknown.stderr]).toEqual([2, expect.stringContaining("default_page_size")]);
  const config = join(directory, "config.yaml");
  writeFileSync(config, "databases: {shop: {tables: {data: {size: many}}}}");
  const mistake = await dsl("serve", shop, "-c", config);
  expect([mistake.code, mistake.stderr]).toEqual([1, expect.stringContaining("shop.tables.data")]);
});

test("a misspelt table is refused with the nearest one; in a directory, which may grow, it is a warning", async () => {
  const config = join(directory, "datasette.yaml");
  writeFileSync(config, "databases: {shop: {tables: {dat: {allow: false}}}}");
  const { code, stderr } = await dsl("serve", shop, "-c", config);
  expect(code).toBe(1);
  expect(stderr).toContain("databases.shop.tables.dat: shop has no table or view of this name");
  expect(stderr).toContain('Did you mean "data"?');
  const grows = await dsl("serve", directory, "--get", "/shop.json");
  expect(grows.code).toBe(0);
  expect(grows.stderr).toContain("databases.shop.tables.dat");
});

/** Overwrites a page in the middle of a table. */
function damage(path: string): void {
  makeDatabase(path, 0.5);
  const database = new Database(path);
  const { rootpage } = database
    .prepare("select rootpage from sqlite_schema where name = 'data'")
    .get() as { rootpage: number };
  const pageSize = database.pragma("page_size", { simple: true }) as number;
  database.close();
  const file = openSync(path, "r+");
  writeSync(file, Buffer.alloc(pageSize, 0x5a), 0, pageSize, (rootpage - 1) * pageSize);
  closeSync(file);
}

test("a file that another program keeps locked is refused with a word about --nolock, which reads it", async () => {
  const writer = new Database(shop);
  onTestFinished(() => void writer.close());
  writer.exec("begin exclusive");
  const refused = await dsl("serve", shop, "--get", "/shop/version.json");
  expect(refused.code).toBe(1);
  expect(refused.stderr).toContain(`${shop} is locked by another program\nTry: --nolock`);
  const read = await dsl("serve", shop, "--nolock", "--get", "/shop/version.json");
  expect(JSON.parse(read.stdout)).toMatchObject({ rows: [{ n: 1 }] });
});

test("the machine's owner sees where the time goes and reads metrics; whoever comes through a proxy does not", async () => {
  const server = await dslServe(shop);
  const own = await server.get("shop/version.json");
  expect(own.headers.get("server-timing")).toMatch(
    /^total;dur=[\d.]+, sql;dur=[\d.]+;desc="\d+ statements, \d+ rows"$/,
  );
  const proxied = { headers: { "x-forwarded-for": "203.0.113.9" } };
  const other = await fetch(new URL("shop/version.json", server.url), proxied);
  expect(other.headers.get("server-timing")).toBeNull();
  expect((await fetch(new URL("-/metrics", server.url), proxied)).status).toBe(404);
  const metrics = await (await server.get("-/metrics")).text();
  expect(metrics).toContain('dsl_http_requests_total{status="200"} 2');
  expect(metrics).toContain("# TYPE dsl_http_request_duration_seconds histogram");
  expect(metrics).toMatch(/^dsl_sql_statements_total [1-9]/m);
  expect(metrics).not.toContain("shop");
});
