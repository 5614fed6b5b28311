/** A site behind a password: closed, changed, rolled back, opened, deleted. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { GetParametersByPathCommand } from "@aws-sdk/client-ssm";
import Database from "better-sqlite3";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Rehearsal, startRehearsal, writeItems } from "./rehearsal.ts";

let rehearsal: Rehearsal;
let database: string;
let url: string;
beforeAll(async () => {
  rehearsal = await startRehearsal();
  database = join(rehearsal.folder, "shop.db");
  writeItems(database, 3, "first");
  const opened = new Database(database);
  opened.exec("create table notes (text text); insert into notes values ('not for everybody')");
  opened.close();
  url = String((await rehearsal.update("shop", database, "--storage", "s3", "--refresh", "1")).url);
});
afterAll(() => rehearsal.end());

function passwordFile(password: string): string {
  const path = join(rehearsal.folder, "password.txt");
  writeFileSync(path, `${password}\n`);
  return path;
}

async function status(password?: string): Promise<number> {
  const authorization = `Basic ${Buffer.from(`:${password}`).toString("base64")}`;
  const headers: Record<string, string> = password === undefined ? {} : { authorization };
  return (await fetch(new URL("/shop.json", url), { headers })).status;
}

async function stored() {
  const Path = "/dsl/shop";
  const command = new GetParametersByPathCommand({ Path, Recursive: true });
  return (await (await rehearsal.clients.ssm()).send(command)).Parameters ?? [];
}

test("a site is public, and its plan says so", async () => {
  const { stdout } = await rehearsal.dsl("update-stack", "other", database, "--dry-run");
  expect(stdout).toContain("who may see the site: everybody (public)");
});

test("a dry run and a diff need no password to say what would be done", async () => {
  for (const args of [["update-stack", "--dry-run"], ["diff"]]) {
    const [command = "", ...more] = args;
    const run = await rehearsal.dsl(command, "shop", database, "--password", ...more);
    expect(run.exitCode, run.stderr).toBe(0);
    expect(run.stdout).toContain(
      "who may see the site: everybody (public) → who knows the password",
    );
  }
});

test("without a password that somebody said nothing is done", async () => {
  const { exitCode, stderr } = await rehearsal.dsl("update-stack", "shop", database, "--password");
  expect(exitCode).toBe(2);
  expect(stderr).toContain("Nobody can be asked for the password here");
  const short = passwordFile("short");
  const refused = await rehearsal.dsl("update-stack", "shop", database, "--password-file", short);
  expect(refused.stderr).toContain("it has 5 characters, and needs 8");
  expect([await status(), (await stored()).length]).toEqual([200, 0]);
});

test("a public site is closed with the version that is published, and stays so", async () => {
  const closed = ["shop", database, "--password-file", passwordFile("correct horse")];
  await rehearsal.update(...closed);
  expect([await status(), await status("wrong horse"), await status("correct horse")]).toEqual([
    401, 401, 200,
  ]);
  writeItems(database, 4, "second");
  await rehearsal.update("shop", database);
  expect([await status(), await status("correct horse")]).toEqual([401, 200]);
});

test("the hash is encrypted, in no template and in no variable of the function", async () => {
  const [parameter] = await stored();
  expect(parameter).toMatchObject({ Name: "/dsl/shop/access", Type: "SecureString" });
  expect(parameter!.Value).not.toContain("scrypt");
  const { stdout } = await rehearsal.dsl("status", "shop");
  expect(stdout).toMatch(/answers +.*version 3/);
  expect(stdout).toContain("who may see the site: who knows the password");
});

test("a program has a token of its own, until it is revoked", async () => {
  const { token } = await rehearsal.result("token", "create", "shop", "--scope", "read");
  const withToken = async () => {
    const headers = { authorization: `Bearer ${token}` };
    return (await fetch(new URL("/-/actor.json", url), { headers })).json();
  };
  await expect.poll(withToken).toMatchObject({ actor: { id: "token:token-1" } });
  const { tokens } = await rehearsal.result("token", "list", "shop");
  expect(tokens).toMatchObject([{ name: "token-1", scope: "read" }]);
  expect(await rehearsal.result("token", "create", "shop")).toMatchObject({ name: "token-2" });
  const again = await rehearsal.dsl("token", "create", "shop", "--name", "token-1");
  expect(again.stderr).toContain("shop has a token token-1 already");
  await rehearsal.result("token", "revoke", "shop", "token-2");
  await rehearsal.result("token", "revoke", "shop", "token-1");
  expect((await stored()).map(({ Name }) => Name)).toEqual(["/dsl/shop/access"]);
});

test("a token of one table reads that table, and SQL with it nothing else", async () => {
  const create = (...scopes: string[]) =>
    rehearsal.dsl("token", "create", "shop", ...scopes.flatMap((scope) => ["--scope", scope]));
  expect((await create("read:shop/itmes")).stderr).toContain('did you mean "items"?');
  expect((await create("read:shop", "collect")).exitCode).toBe(2);
  const made = await rehearsal.result("token", "create", "shop", "--scope", "read:shop/ITEMS");
  expect(made).toMatchObject({ name: "token-1", scope: "read:shop/items" });
  const get = async (path: string) => {
    const headers = { authorization: `Bearer ${made.token}` };
    const answer = await fetch(new URL(path, url), { headers });
    return { status: answer.status, text: await answer.text() };
  };
  await expect
    .poll(async () => (await get("/-/actor.json")).text, { timeout: 60_000 })
    .toContain('"scopes":["read:shop/items"]');
  expect((await get("/shop/items.json")).status).toBe(200);
  expect((await get("/shop/notes.json")).status).toBe(403);
  expect((await get("/shop.db")).status).toBe(403);
  for (const path of ["/.json", "/shop.json", "/-/schema.json", "/-/versions.json"]) {
    expect((await get(path)).text).not.toContain("notes");
  }
  const sql = (text: string) => get(`/shop/-/query.json?sql=${encodeURIComponent(text)}`);
  expect((await sql("select count(*) from items")).status).toBe(200);
  const refused = await sql("select text from notes");
  expect(refused.status).toBe(400);
  expect(refused.text).not.toContain("not for everybody");
  const list = await rehearsal.dsl("token", "list", "shop");
  expect(list.stdout).toContain("read:shop/items");
  await rehearsal.result("token", "revoke", "shop", "token-1");
});

test("rolling back to a version that was public does not open the site", async () => {
  await rehearsal.result("rollback", "shop", "1", "--yes");
  expect([await status(), await status("correct horse")]).toEqual([401, 200]);
});

test("a preview of it is not made by forgetting to say who may see it", async () => {
  const { stderr } = await rehearsal.dsl("update-stack", "shop", database, "--preview", "fix");
  expect(stderr).toContain("shop is not public, and nobody said who may see its preview");
});

test("it is opened when that is said, and the hash goes", async () => {
  await rehearsal.update("shop", database, "--no-password");
  expect([await status(), (await stored()).length]).toEqual([200, 0]);
});

test("with embedded storage the package itself is closed, and deleting the site deletes the hash", async () => {
  const file = passwordFile("another horse");
  await rehearsal.update("shop", database, "--storage", "embed", "--password-file", file);
  expect([await status(), await status("another horse")]).toEqual([401, 200]);
  await rehearsal.result("rollback", "shop", "--yes");
  expect([await status(), await status("another horse")]).toEqual([401, 200]);
  await rehearsal.result("delete-stack", "shop", "--yes");
  expect(await stored()).toEqual([]);
});
