import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, statSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { build } from "esbuild";
import { beforeAll, describe, expect, test } from "vitest";
import {
  COLLECTOR,
  FETCHER,
  FOLLOWER,
  INBOX,
  LAKE_FILES,
  type LambdaBundle,
  LOADER,
  lambdaBuild,
  SITE,
  TABLE_FILES,
  WHO_SIGNED_IN,
} from "../../../scripts/build/lambdas.ts";
import type { Output } from "../../../scripts/build/outputs.ts";
import { buildSiteFunction } from "../../../scripts/build/site-function.ts";
import { packageRoot } from "../../../src/paths.ts";
import { temporaryDirectory } from "../../temporary-directory.ts";
import { makeDatabase, publish } from "../site/sources/published.ts";

/** One request to a function in a package of its own; prints what of Node it loaded, and which files. */
const FIRST_REQUEST = `
  const before = new Set(process.moduleLoadList);
  const { handler } = require(process.argv[2]);
  handler(JSON.parse(process.argv[3])).then(({ statusCode, body }) => {
    if (statusCode !== 200) throw new Error(body);
    const loaded = process.moduleLoadList.filter((name) => !before.has(name));
    const files = Object.keys(require.cache).filter((name) => name.startsWith(__dirname));
    console.log(JSON.stringify({ loaded, files }));
  });
`;

async function bundleOf(
  lambda: Pick<LambdaBundle, "entry" | "outfile" | "lazyModules">,
): Promise<Uint8Array> {
  const { outputFiles } = await build(lambdaBuild(lambda));
  return outputFiles.find(({ path }) => path.endsWith(".cjs"))!.contents;
}

/** Loads a function, as Lambda does before the first event; prints what of Node that loaded. */
const LOAD = `
  const before = new Set(process.moduleLoadList);
  require(process.argv[2]);
  console.log(JSON.stringify(process.moduleLoadList.filter((name) => !before.has(name))));
`;

/** What a bundle needs of Node to be ready for its first event. */
function neededBy(bundle: Uint8Array): string[] {
  const folder = temporaryDirectory();
  writeFileSync(join(folder, "function.cjs"), bundle);
  writeFileSync(join(folder, "load.cjs"), LOAD);
  const args = [join(folder, "load.cjs"), join(folder, "function.cjs")];
  const env = { NODE_PATH: join(packageRoot, "node_modules") };
  return ownModules(JSON.parse(execFileSync(process.execPath, args, { env, encoding: "utf8" })));
}

/** A function's package with one database. */
function unpacked(files: readonly Output[]): string {
  const folder = temporaryDirectory();
  const shop = join(folder, "shop.db");
  makeDatabase(shop, 1);
  const manifest = publish(new Map(), 1, { shop });
  mkdirSync(join(folder, "databases"));
  copyFileSync(shop, join(folder, "databases", `${manifest.databases[0]!.sha256}.db`));
  writeFileSync(join(folder, "manifest.json"), JSON.stringify(manifest));
  for (const { path, contents } of files) writeFileSync(join(folder, basename(path)), contents);
  writeFileSync(join(folder, "first-request.cjs"), FIRST_REQUEST);
  return folder;
}

/** What the first request of an environment loads: of Node, and how many bytes of the function. */
function loadedBy(folder: string, rawPath: string): { modules: string[]; bytes: number } {
  const event = {
    version: "2.0",
    rawPath,
    rawQueryString: "",
    headers: { host: "abc.execute-api.test" },
    requestContext: { http: { method: "GET" } },
  };
  const args = [join(folder, "first-request.cjs"), join(folder, "index.cjs")];
  const env = {
    NODE_PATH: join(packageRoot, "node_modules"),
    DSL_STORAGE: "embed",
    LAMBDA_TASK_ROOT: folder,
  };
  const output = execFileSync(process.execPath, [...args, JSON.stringify(event)], {
    env,
    encoding: "utf8",
  });
  const { loaded, files } = JSON.parse(output) as { loaded: string[]; files: string[] };
  const own = files.filter((file) => !file.endsWith("first-request.cjs"));
  const bytes = own.reduce((sum, file) => sum + statSync(file).size, 0);
  return { modules: ownModules(loaded), bytes };
}

/** Names of Node's modules without their `internal/` ones. */
function ownModules(loaded: readonly string[]): string[] {
  return loaded
    .filter((name) => name.startsWith("NativeModule ") && !name.includes("internal/"))
    .map((name) => name.slice("NativeModule ".length));
}

test("the thread that fetches blocks has a bundle within its budget", async () => {
  expect((await bundleOf(FETCHER)).length).toBeLessThanOrEqual(FETCHER.maxBytes);
});

test.each([COLLECTOR, LOADER])(
  "the $name has a bundle and modules of Node within its budget",
  async (lambda) => {
    const bundle = await bundleOf(lambda);
    expect(bundle.length).toBeLessThanOrEqual(lambda.maxBytes);
    const needed = neededBy(bundle);
    expect(needed.filter((name) => !lambda.nodeModules.includes(name))).toEqual([]);
  },
);

test("the loader loads what it needs when it starts, the collector when it first needs it", async () => {
  expect(neededBy(await bundleOf(LOADER))).toContain("crypto");
  expect(Buffer.from(await bundleOf(COLLECTOR)).toString()).toContain('"node:crypto"');
});

test("the collector knows no SQLite", async () => {
  expect(Buffer.from(await bundleOf(COLLECTOR)).includes("better-sqlite3")).toBe(false);
});

test("the writers of files have a bundle of their own within its budget", async () => {
  const bundle = await bundleOf(TABLE_FILES);
  expect(bundle.length).toBeLessThanOrEqual(TABLE_FILES.maxBytes);
  expect(Buffer.from(bundle).toString()).toContain("xl/worksheets");
  const site = (await buildSiteFunction()).map(({ contents }) => Buffer.from(contents).toString());
  expect(site.join()).toContain("./table-files.cjs");
  expect(site.join()).not.toContain("xl/worksheets");
});

test("asking a provider who signed in has a bundle of its own within its budget", async () => {
  const bundle = await bundleOf(WHO_SIGNED_IN);
  expect(bundle.length).toBeLessThanOrEqual(WHO_SIGNED_IN.maxBytes);
  expect(Buffer.from(bundle).toString()).toContain("client_secret_post");
  const site = (await buildSiteFunction()).map(({ contents }) => Buffer.from(contents).toString());
  expect(site.join()).toContain("./who-signed-in.cjs");
  expect(site.join()).not.toContain("client_secret_post");
});

test("Parquet has a bundle of its own within its budget, outside of the loader's", async () => {
  const bundle = await bundleOf(LAKE_FILES);
  expect(bundle.length).toBeLessThanOrEqual(LAKE_FILES.maxBytes);
  expect(Buffer.from(bundle).toString()).toContain("TIMESTAMP_MICROS");
  const loader = Buffer.from(await bundleOf(LOADER)).toString();
  expect(loader).toContain("./lake-files.cjs");
  expect(loader).not.toContain("TIMESTAMP_MICROS");
});

test.each([INBOX, FOLLOWER])(
  "the function of $name has a bundle and modules of Node within its budget",
  async (budget) => {
    const bundle = await bundleOf(budget);
    expect(bundle.length).toBeLessThanOrEqual(budget.maxBytes);
    const needed = neededBy(bundle);
    expect(needed).toContain("crypto");
    expect(needed.filter((name) => !budget.nodeModules.includes(name))).toEqual([]);
  },
);

describe("The site's function", () => {
  let files: Output[];
  beforeAll(async () => {
    files = (await buildSiteFunction()).filter(({ path }) => path.endsWith(".cjs"));
  });

  test("has files within its budget", () => {
    const bytes = files.reduce((sum, { contents }) => sum + contents.length, 0);
    expect(bytes).toBeLessThanOrEqual(SITE.maxBytes);
  });

  test.each([
    ["json", "/shop/version.json"],
    ["json", "/shop/data.json"],
    ["json", "/shop/data/1.json"],
    ["json", "/shop.json"],
    ["html", "/shop/data"],
    ["html", "/shop/data/1"],
    ["html", "/"],
  ] as const)(
    "loads for a first request for %s no more than its budgets say (%s)",
    (form, path) => {
      const { modules, bytes } = loadedBy(unpacked(files), path);
      expect(modules.filter((name) => !SITE.nodeModules.includes(name))).toEqual([]);
      expect(bytes).toBeLessThanOrEqual(SITE.firstBytes[form]);
    },
  );
});
