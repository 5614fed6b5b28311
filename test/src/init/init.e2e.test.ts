import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { beforeEach, expect, test } from "vitest";
import { temporaryDirectory } from "../../temporary-directory.ts";
import { runCli } from "../cli/run-cli.ts";

let cwd: string;
const file = () => readFileSync(join(cwd, "dsl.yaml"), "utf8");
const init = (...args: string[]) => runCli(["init", ...args], { cwd });

beforeEach(() => {
  cwd = temporaryDirectory();
  new Database(join(cwd, "my shop.db")).exec("CREATE TABLE t (a)").close();
});

test("dsl init writes what it finds and what it is told, and then what is told anew, under the comments", async () => {
  const written = await init("--region", "eu-central-1", "-s", "default_page_size", "20");
  expect(written).toMatchObject({ exitCode: 0 });
  expect(written.stdout).toContain("Wrote dsl.yaml: site my-shop, my shop.db.");
  expect(file().replace(/^#.*\n/gm, "")).toBe(
    "\nname: my-shop\ndatabases:\n  - my shop.db\nsettings:\n  default_page_size: 20\nregion: eu-central-1\n",
  );
  writeFileSync(join(cwd, "dsl.yaml"), file().replace("name: my-shop", "name: shop # ours"));
  expect((await init("--memory", "512", "-s", "base_url", "/x/")).stdout).toContain("Changed");
  expect(file()).toContain("name: shop # ours");
  expect(file()).toContain("  default_page_size: 20\n  base_url: /x/\n");
  expect(file()).toContain("memory: 512");

  const nothing = await init();
  expect(nothing).toMatchObject({ exitCode: 1 });
  expect(nothing.stderr).toContain("Error: dsl.yaml is here already");
});

test("a file that is wrong is not written over, and an empty folder has nothing to publish", async () => {
  writeFileSync(join(cwd, "dsl.yaml"), "memroy: 5\n");
  expect((await init("--memory", "512")).stderr).toContain("dsl.yaml:1:1");
  expect(file()).toBe("memroy: 5\n");
  const empty = await runCli(["init"], { cwd: temporaryDirectory() });
  expect(empty).toMatchObject({ exitCode: 2 });
  expect(empty.stderr).toContain("There is no database in this folder");
});
