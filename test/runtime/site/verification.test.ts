import { join } from "node:path";
import Database from "better-sqlite3";
import { expect, test } from "vitest";
import { Connection } from "../../../runtime/core/sqlite/connection.ts";
import { inspectDatabase } from "../../../runtime/core/sqlite/inspect.ts";
import type { Site, SiteDatabase } from "../../../runtime/site/site.ts";
import { verifySite } from "../../../runtime/site/verification.ts";
import { temporaryDirectory } from "../../temporary-directory.ts";

function siteOf(...databases: Partial<SiteDatabase>[]): Site {
  return { databases } as unknown as Site;
}

function databaseWith(sql: string): Partial<SiteDatabase> {
  const path = join(temporaryDirectory(), "data.db");
  new Database(path).exec(sql).close();
  const connection = new Connection(path);
  const inspection = inspectDatabase(connection);
  return { name: "data", inspection, connect: async () => connection };
}

test("a site is verified when a row of each database can be read; an empty one counts", async () => {
  const filled = databaseWith("create table t (a); insert into t values (1)");
  expect(await verifySite(siteOf(filled, databaseWith("select 1")))).toBe(true);
});

test("a database that cannot be opened is an error that does not name it, and the next call tries again", async () => {
  let tries = 0;
  const broken: Partial<SiteDatabase> = {
    name: "secret",
    inspection: null,
    connect: async () => {
      tries++;
      throw new Error("no blocks");
    },
  };
  const site = siteOf(broken);
  for (const attempt of [1, 2]) {
    const failure = await verifySite(site).catch((error: unknown) => error);
    expect(failure).toMatchObject({ status: 500 });
    expect(String(failure)).not.toContain("secret");
    expect(tries).toBe(attempt);
  }
});

test("what takes longer than a request goes on, and is done once however many ask", async () => {
  let opened = 0;
  let finish = () => {};
  const slow: Partial<SiteDatabase> = {
    name: "slow",
    inspection: null,
    connect: async () => {
      opened++;
      await new Promise<void>((resolve) => {
        finish = resolve;
      });
      return new Connection(":memory:");
    },
  };
  const site = siteOf(slow);
  expect(await verifySite(site, 1)).toBe(false);
  expect(await verifySite(site, 1)).toBe(false);
  finish();
  expect(await verifySite(site)).toBe(true);
  expect(opened).toBe(1);
});
