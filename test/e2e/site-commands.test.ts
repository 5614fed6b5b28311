import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import Database from "better-sqlite3";
import { afterAll, beforeAll, expect, test } from "vitest";
import { getJson, type Rehearsal, startRehearsal, writeItems } from "./rehearsal.ts";

let rehearsal: Rehearsal;
let path: string;
let url: string;
beforeAll(async () => {
  rehearsal = await startRehearsal();
  path = join(rehearsal.folder, "shop.db");
  writeItems(path, 5000, "first");
  url = String((await rehearsal.update("shop", path, "--storage", "s3")).url);
  writeItems(path, 5000, "second");
  await rehearsal.update("shop", path);
});
afterAll(() => rehearsal.end());

async function servedTitle(): Promise<unknown> {
  const { rows } = await getJson(url, "/shop/items.json?_size=1");
  return (rows as { title: string }[])[0]?.title;
}

test("status says what is served, and how", async () => {
  expect(await rehearsal.result("status", "shop")).toMatchObject({
    site: "shop",
    url,
    version: 2,
    databases: [{ name: "shop" }],
    stacks: [
      { role: "bucket", name: "shop", status: "CREATE_COMPLETE" },
      { role: "service", name: "shop-service", status: "CREATE_COMPLETE" },
    ],
    problems: [],
  });
  const { stdout } = await rehearsal.dsl("status", "shop");
  expect(stdout).toMatch(/version +2, published \d+ \w+ ago/);
  expect(stdout).toMatch(/by +arn:aws:iam::\d{12}:root\n +dsl \S+, update-stack/);
  expect(stdout).toMatch(
    /options +who may see the site: everybody \(public\)\n +CPU: .*\n +databases: in the/,
  );
  expect(stdout).toMatch(/costs +.* in the bucket: US\$<0.01 a month/);
  expect(stdout).toMatch(/alarms +none/);
});

test("list finds the site by what its stacks say", async () => {
  const { sites } = await rehearsal.result("list");
  expect(sites).toMatchObject([{ site: "shop", url }]);
});

test("logs shows the function's log", async () => {
  const { exitCode, events } = await rehearsal.events("logs", "shop");
  expect(exitCode).toBe(0);
  expect(events.filter(({ event }) => event === "log").length).toBeGreaterThan(0);
});

test("download gives back the bytes that were published, of the current version and of an older one", async () => {
  const out = join(rehearsal.folder, "old.db");
  await rehearsal.result("download", "shop", "shop", "--at", "1", "--out", out);
  const old = new Database(out, { readonly: true });
  expect(old.prepare("select title from items where id = 1").pluck().get()).toBe("first 1");
  old.close();

  const again = await rehearsal.dsl("download", "shop", "shop", "--out", out);
  expect(again).toMatchObject({ exitCode: 1 });
  expect(again.stderr).toContain(`Error: ${out} exists`);
  await rehearsal.result("download", "shop", "--out", join(rehearsal.folder, "all"));
  expect(existsSync(join(rehearsal.folder, "all", "shop.db"))).toBe(true);
});

test("what is not there is one sentence with the next step", async () => {
  const missing = await rehearsal.dsl("status", "nothing");
  expect(missing.exitCode).toBe(1);
  expect(missing.stderr).toContain("Error: There is no site nothing in region us-east-1");
  const version = await rehearsal.dsl("download", "shop", "--at", "9");
  expect(version.stderr).toContain("Error: There is no version 9 of shop: the current one is 2");
  const database = await rehearsal.dsl("download", "shop", "missing");
  expect(database.stderr).toContain("Error: Version 2 of shop has no database missing");
});

test("diff names tables, rows, blocks, stack changes and what costs more, and changes nothing", async () => {
  const other = join(rehearsal.folder, "other", "shop.db");
  mkdirSync(dirname(other));
  writeItems(other, 5010, "third");
  const extra = new Database(other);
  extra.exec("create table notes (id integer primary key); alter table items add column colour");
  extra.close();
  const { stdout } = await rehearsal.dsl("diff", "shop", other, "--memory", "512");
  expect(stdout).toMatch(/^~ shop: \d of \d blocks changed/m);
  expect(stdout).toContain("  ~ items: 5,000 → 5,010 rows, +colour");
  expect(stdout).toContain("  + notes: 0 rows");
  expect(stdout).toContain("memory: 1769 MB → 512 MB");
  expect(stdout).toMatch(
    /cost of memory: memory 1769 MB, US\$0.10 for an hour .* → memory 512 MB, US\$0.03 for an hour/,
  );
  expect(await rehearsal.result("diff", "shop", path, "--exit-code")).toMatchObject({
    different: false,
  });
  const { exitCode, events } = await rehearsal.events("diff", "shop", other, "--exit-code");
  expect({ exitCode, last: events.at(-1) }).toMatchObject({
    exitCode: 1,
    last: { code: "differs" },
  });
  expect(await rehearsal.result("status", "shop")).toMatchObject({ version: 2 });
});

test("diff of two versions names rows and cells", async () => {
  const { stdout } = await rehearsal.dsl("diff", "shop", "1", "2");
  expect(stdout).toMatch(/^shop\.items: 0 added, 0 removed, 5000 changed$/m);
  expect(stdout).toMatch(/^ {2}~ 1: title "first 1" → "second 1"$/m);
  expect(stdout).toContain("  and 4,980 more rows; --json has all of them");
  const same = await rehearsal.dsl("diff", "shop", "2", "2", "--exit-code");
  expect([same.exitCode, same.stdout]).toEqual([0, "Versions 2 and 2 have the same data."]);
  const different = await rehearsal.events("diff", "shop", "1", "--exit-code");
  expect([different.exitCode, different.events.at(-1)!.code]).toEqual([1, "differs"]);
  const { stderr } = await rehearsal.dsl("diff", "shop", "1", "9");
  expect(stderr).toContain("Error: There is no version 9 of shop: the current one is 2");
});

test("a rollback serves the older version within a second, and can be rolled back", async () => {
  expect(await servedTitle()).toBe("second 1");
  expect(await rehearsal.result("rollback", "shop", "--yes")).toMatchObject({
    version: 3,
    restored: 1,
  });
  expect(await servedTitle()).toBe("first 1");
  expect(await rehearsal.result("rollback", "shop", "2", "--yes")).toMatchObject({
    version: 4,
    restored: 2,
  });
  expect(await servedTitle()).toBe("second 1");
  expect(await rehearsal.result("status", "shop")).toMatchObject({
    published_by: expect.stringMatching(/:root$/),
    published_with: "rollback to version 2",
  });
  const { versions } = await rehearsal.result("versions", "shop");
  expect((versions as { version: number }[]).map(({ version }) => version)).toEqual([4, 3, 2, 1]);
});

test("a site in its function's package goes back through its stack, static files and all", async () => {
  const file = join(rehearsal.folder, "small.db");
  const assets = join(rehearsal.folder, "assets");
  mkdirSync(assets);
  writeFileSync(join(assets, "site.css"), "body { color: red }");
  const mount = ["--static", `assets:${assets}`];
  writeItems(file, 20, "old");
  const { url: small } = await rehearsal.update("small", file, ...mount);
  writeItems(file, 20, "new");
  await rehearsal.update("small", file, ...mount, "--setting", "max_returned_rows", "7");
  expect(await rehearsal.result("rollback", "small", "--yes")).toMatchObject({
    version: 3,
    restored: 1,
  });
  const { rows } = await getJson(String(small), "/small/items.json?_size=1");
  expect(rows).toMatchObject([{ title: "old 1" }]);
  const settings = await getJson(String(small), "/-/settings.json");
  expect(settings.max_returned_rows).not.toBe(7);
  const css = await fetch(new URL("assets/site.css", String(small)));
  expect(await css.text()).toBe("body { color: red }");
  writeItems(file, 20, "old");
  expect(await rehearsal.update("small", file, ...mount)).toMatchObject({ changed: false });
});

test("remove takes one database off the site; one that is not there is named", async () => {
  const extra = join(rehearsal.folder, "extra.db");
  writeItems(extra, 10, "extra");
  await rehearsal.update("shop", path, extra);
  const missing = await rehearsal.dsl("remove", "shop", "Extra", "--yes");
  expect(missing.stderr).toContain(
    "Error: There is no database Extra on shop; it has: shop, extra",
  );
  expect(await rehearsal.result("remove", "shop", "extra", "--yes")).toMatchObject({
    removed: ["extra"],
  });
  const { databases } = await rehearsal.result("status", "shop");
  expect((databases as { name: string }[]).map(({ name }) => name)).toEqual(["shop"]);
});

test("doctor finds this machine and account ready", async () => {
  const { findings } = await rehearsal.result("doctor");
  expect((findings as { state: string }[]).filter(({ state }) => state === "problem")).toEqual([]);
  const { stdout } = await rehearsal.dsl("doctor");
  expect(stdout).toContain("ok      CloudFormation: stacks may be listed");
  expect(stdout).toContain("ok      permissions: this is the account's root user");
  expect(stdout).toMatch(/ok {6}layer: [\d.]+ MB for /);
});

test("doctor exits 1 and says what to do when AWS refuses", async () => {
  await rehearsal.inject([
    { service: "cloudformation", kind: "error", code: "AccessDenied", status: 403 },
  ]);
  const { exitCode, stdout, stderr } = await rehearsal.dsl("doctor");
  await rehearsal.inject([]);
  expect(exitCode).toBe(1);
  expect(stdout).toContain("PROBLEM CloudFormation: ");
  expect(stderr).toContain("Error: One check failed");
});

test("cost adds up", async () => {
  const { lines, total } = await rehearsal.result("cost", "shop", "--requests", "1000000");
  const sum = (lines as { dollars: number }[]).reduce((all, { dollars }) => all + dollars, 0);
  expect(total).toBeCloseTo(sum);
});

test("status exits 1 when the site does not answer with its version", async () => {
  await rehearsal.inject([{ service: "lambda", operation: "Execute", kind: "error", code: "X" }]);
  const { exitCode, stderr } = await rehearsal.dsl("status", "shop");
  await rehearsal.inject([]);
  expect(exitCode).toBe(1);
  expect(stderr).toContain("Error: shop answers with");
});
