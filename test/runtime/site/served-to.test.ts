/** A site that takes everybody for one actor, as `dsl serve --actor` does. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterAll, expect, test } from "vitest";
import type { Actor } from "../../../runtime/core/access/actor.ts";
import { buildSiteConfig } from "../../../runtime/core/config/site-config.ts";
import { InFlight } from "../../../runtime/site/in-flight.ts";
import { createApp } from "../../../runtime/site/pipeline/app.ts";
import { FilesSource } from "../../../runtime/site/sources/files.ts";
import { guardFile } from "../../../src/paths.ts";
import { fetchPath } from "./fetch-app.ts";

const folder = mkdtempSync(join(tmpdir(), "dsl-served-"));
const path = join(folder, "shop.db");
const database = new Database(path);
database.exec("create table people (name text); insert into people values ('Ada')");
database.close();
afterAll(() => rmSync(folder, { recursive: true }));

const config = buildSiteConfig({
  config: {
    databases: {
      shop: {
        tables: { people: { allow: { groups: ["staff"] } } },
        queries: {
          me: "select :_actor_id as id",
          groups: "select group_concat(value) as all_of_them from json_each(:_actor_groups)",
        },
      },
    },
  },
  metadata: {},
  settings: {},
  flags: { cors: false, crossdb: false, defaultDeny: false },
});

async function ask(actor: Actor | null, address: string) {
  const source = new FilesSource({
    ...{ config, actor, memory: false, nolock: false, guardFile: guardFile() },
    files: [{ name: "shop", path, isMutable: true, sha256: null, inspection: null }],
    inFlight: new InFlight(),
  });
  const answer = await fetchPath(createApp(source), address);
  const found = { status: answer.status, text: await answer.text() };
  source.close();
  return found;
}

const ANN: Actor = { id: "ann", groups: ["staff", "all"] };

test("who is named sees what is for those who are named", async () => {
  expect((await ask(ANN, "/shop/people.json")).text).toContain("Ada");
  for (const other of [null, { id: "bob", groups: ["all"] }]) {
    expect((await ask(other, "/shop/people.json")).status).toBe(403);
    const sql = await ask(other, "/shop/-/query.json?sql=select+name+from+people");
    expect([sql.status, sql.text.includes("Ada")]).toEqual([400, false]);
    expect((await ask(other, "/.json")).text).not.toContain("people");
  }
});

test("pages know who asks, and offer no way out where there was no way in", async () => {
  expect((await ask(ANN, "/-/actor.json")).text).toBe(
    '{"ok":true,"actor":{"id":"ann","groups":["staff","all"]}}',
  );
  expect((await ask(ANN, "/")).text).not.toContain("Sign out");
});

test("queries of the configuration know who asks, whatever the address says", async () => {
  expect((await ask(ANN, "/shop/me.json?_actor_id=bob")).text).toContain('"rows":[{"id":"ann"}]');
  expect((await ask(ANN, "/shop/groups.json")).text).toContain("staff,all");
  const stranger = await ask(null, "/shop/me.json?_actor_id=bob");
  expect([stranger.status, stranger.text.includes("bob")]).toEqual([400, false]);
});

test("visitors' own SQL does not ask for whoever asks", async () => {
  const sql = encodeURIComponent("select :_actor_id as id");
  const answer = await ask(ANN, `/shop/-/query.json?sql=${sql}&_actor_id=bob`);
  expect(answer.text).not.toContain('"ann"');
});
