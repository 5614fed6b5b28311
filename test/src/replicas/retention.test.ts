import { readdirSync, statSync, utimesSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { expect, test } from "vitest";
import { MANIFEST_KEY } from "../../../runtime/core/format/manifest.ts";
import { collectGarbage } from "../../../runtime/publisher/collect/collect.ts";
import { contentHash } from "../../content-hash.ts";
import { temporaryDirectory } from "../../temporary-directory.ts";
import { replicaOf, restore } from "./replicas.ts";

/** As if everything but what is current had been written so many hours ago. */
function age(place: string, hours: number): void {
  const then = Date.now() / 1000 - hours * 3600;
  for (const name of readdirSync(place, { recursive: true, encoding: "utf8" })) {
    const path = join(place, name);
    if (name !== MANIFEST_KEY && statSync(path).isFile()) utimesSync(path, then, then);
  }
}

test("what no kept version needs is removed after a day, while one is restored and another one is sent", async () => {
  const folder = temporaryDirectory();
  const path = join(folder, "shop.db");
  const database = new Database(path);
  database.pragma("journal_mode = WAL");
  database.exec("create table t (id integer primary key, x)");
  const { replica, send, place, follower } = replicaOf(path, folder, folder, { versions: 3 });
  const hashes = new Map<number, string>();
  for (let n = 1; n <= 6; n++) {
    database.exec("insert into t (x) values (randomblob(300000))");
    hashes.set((await send()).version, contentHash(path));
  }
  const store = await replica.store(false);

  age(place, 23);
  expect(await collectGarbage(store, null)).toEqual({ objects: 0, bytes: 0 });

  age(place, 30);
  database.exec("insert into t (x) values (randomblob(300000))");
  const out = join(folder, "beside.db");
  await Promise.all([send(), collectGarbage(store, null), restore(place, out, { version: 5 })]);
  hashes.set(7, contentHash(path));
  expect(contentHash(out)).toBe(hashes.get(5));

  age(place, 30);
  const { objects } = await collectGarbage(store, null);
  expect(objects).toBeGreaterThan(0);
  for (const version of [5, 6, 7]) {
    const kept = join(folder, `${version}.db`);
    await restore(place, kept, { version });
    expect(contentHash(kept)).toBe(hashes.get(version));
  }
  await expect(restore(place, join(folder, "gone.db"), { version: 2 })).rejects.toThrow(
    /Version 2 of \S+ is not kept; the nearest is 5 /,
  );
  follower.close();
  database.close();
});
