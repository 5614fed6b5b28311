import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { packageRoot } from "../../src/paths.ts";
import { getJson, writeItems } from "./rehearsal.ts";

/** What the machine has that installs the package: no compiler among it. */
const PROGRAMS = ["node", "npm", "npx", "sh", "env"];

let folder: string;
let project: string;
let env: Record<string, string | undefined>;

/** npm tells the scripts it runs where it is; the npm of another project must not believe it. */
function outsideOfNpm(): Record<string, string | undefined> {
  const kept = /^npm_config_(registry|cache|userconfig)$/i;
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name) || kept.test(name)),
  );
}

const run = (command: string, ...args: string[]) =>
  execa(command, args, { cwd: project, env, extendEnv: false, stdin: "ignore", reject: false });

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "dsl-package-"));
  project = join(folder, "project");
  const programs = join(folder, "programs");
  for (const path of [project, programs]) mkdirSync(path);
  for (const program of PROGRAMS) {
    const found = await execa("sh", ["-c", 'command -v "$0"', program]);
    symlinkSync(program === "node" ? process.execPath : found.stdout, join(programs, program));
  }
  env = {
    ...outsideOfNpm(),
    PATH: programs,
    DSL_CACHE: join(folder, "cache"),
    DSL_LOCAL_HOME: join(folder, "local-aws"),
  };
  await execa("npm", ["pack", "--pack-destination", folder], {
    cwd: packageRoot,
    env: outsideOfNpm(),
    extendEnv: false,
  });
  writeFileSync(join(project, "package.json"), '{ "private": true }');
  const [tarball = ""] = readdirSync(folder).filter((name) => name.endsWith(".tgz"));
  const flags = ["--prefer-offline", "--no-audit", "--no-fund"];
  const { failed, stderr } = await run("npm", "install", ...flags, join(folder, tarball));
  if (failed) throw new Error(`npm install failed: ${stderr}`);
  writeItems(join(project, "shop.db"), 50);
});
afterAll(async () => {
  await run("npx", "dsl", "local", "stop");
  rmSync(folder, { recursive: true, force: true });
});

describe("The npm package, installed on a machine without a compiler", () => {
  test("contains what runs, and nothing of how it was made", () => {
    const installed = join(project, "node_modules/dsl");
    expect(readdirSync(installed).sort()).toEqual([
      ...["LICENSE", "README.md", "dist", "docs", "package.json", "templates"],
    ]);
    const names = readdirSync(installed, { recursive: true }) as string[];
    expect(names.filter((name) => /\.(ts|map|db)$|\btests?\b/.test(name))).toEqual([]);
  });

  test("serves, with the guard", async () => {
    const sql = "/shop/-/query.json?sql=select+count(*)+as+n+from+items";
    const { stdout, exitCode } = await run("npx", "dsl", "serve", "shop.db", "--get", sql);
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ ok: true, rows: [{ n: 50 }] });
  });

  test("deploys", async () => {
    const update = await run("npx", "dsl", "update-stack", "shop", "shop.db", "--local", "--json");
    expect(update.exitCode).toBe(0);
    const result = JSON.parse(update.stdout.split("\n").at(-1) ?? "") as { url: string };
    expect(await getJson(result.url, "/shop/items/7.json")).toMatchObject({
      rows: [{ id: 7, title: "item 7" }],
    });
    const removed = await run("npx", "dsl", "delete-stack", "shop", "--local", "--yes");
    expect(removed.exitCode).toBe(0);
  });
});
