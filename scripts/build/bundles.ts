/** The esbuild bundles: the CLI, the Lambda, and the child processes that the CLI starts. */
import { readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { type BuildOptions, build } from "esbuild";
import {
  cardFontFiles,
  lambdaFolder,
  layerCheckEntry,
  localDaemonEntry,
  localLambdaEntry,
  packageRoot,
} from "../../src/paths.ts";
import {
  COLLECTOR,
  FETCHER,
  FOLLOWER,
  INBOX,
  importMetaUrl,
  LAKE_FILES,
  type LambdaBundle,
  LOADER,
  lambdaBuild,
  TABLE_FILES,
  WHO_SIGNED_IN,
} from "./lambdas.ts";
import { replaceOutputs, writeOutput } from "./outputs.ts";
import { bundlePages } from "./pages.ts";
import { buildSiteFunction, SPLIT_OFF } from "./site-function.ts";

const dist = join(packageRoot, "dist");

const common = {
  absWorkingDir: packageRoot,
  bundle: true,
  write: false,
  platform: "node",
  logLevel: "warning",
  legalComments: "none",
} satisfies BuildOptions;

/** What runs on the user's machine finds its packages in node_modules. */
const onTheMachine = {
  ...common,
  packages: "external",
  target: "node22.15",
} satisfies BuildOptions;

export async function bundleAll(): Promise<void> {
  await Promise.all([
    bundleCli(),
    bundleSite(),
    bundleLambda(FETCHER),
    bundleLambda(INBOX),
    bundleLambda(TABLE_FILES),
    bundleLambda(WHO_SIGNED_IN),
    bundleLambda(COLLECTOR),
    bundleLambda(LOADER),
    bundleLambda(FOLLOWER),
    bundleLambda(LAKE_FILES),
    bundleLocalDaemon(),
    bundleLocalLambda(),
    bundleLayerCheck(),
    bundlePages(join(lambdaFolder, "static")),
  ]);
  copyCardFonts();
}

/** With their licence, which wants to be with them. */
function copyCardFonts(): void {
  const font = join(packageRoot, "node_modules/@fontsource/public-sans");
  for (const file of cardFontFiles) {
    writeOutput(file, readFileSync(join(font, "files", basename(file))));
  }
  const folder = dirname(cardFontFiles[0]!);
  writeOutput(join(folder, "public-sans-license.txt"), readFileSync(join(font, "LICENSE")));
}

/** dist/cli.js checks Node's version and loads dist/main.js; commands become chunks of their own. */
async function bundleCli(): Promise<void> {
  const { outputFiles } = await build({
    ...onTheMachine,
    entryPoints: { main: "src/cli.ts", "site-process": "src/serve/site-process.ts" },
    outdir: dist,
    format: "esm",
    splitting: true,
  });
  const launcher = readFileSync(join(packageRoot, "scripts/launcher.js"));
  writeOutput(join(dist, "cli.js"), launcher, 0o755);
  replaceOutputs(dist, outputFiles, /^(?!cli\.js$).*\.js(\.map)?$/);
}

async function bundleSite(): Promise<void> {
  replaceOutputs(lambdaFolder, await buildSiteFunction(), SPLIT_OFF);
}

async function bundleLambda(
  lambda: Pick<LambdaBundle, "entry" | "outfile" | "lazyModules">,
): Promise<void> {
  const { outputFiles } = await build(lambdaBuild(lambda));
  for (const { path, contents } of outputFiles) writeOutput(path, contents);
}

async function bundleLocalDaemon(): Promise<void> {
  const { outputFiles } = await build({
    ...onTheMachine,
    entryPoints: ["src/local-aws/daemon.ts"],
    outfile: localDaemonEntry,
    format: "esm",
  });
  for (const { path, contents } of outputFiles) writeOutput(path, contents);
}

async function bundleLocalLambda(): Promise<void> {
  const { outputFiles } = await build({
    ...onTheMachine,
    ...importMetaUrl,
    entryPoints: ["src/local-aws/lambda/runtime-entry.ts"],
    outfile: localLambdaEntry,
    format: "cjs",
  });
  for (const { path, contents } of outputFiles) writeOutput(path, contents);
}

async function bundleLayerCheck(): Promise<void> {
  const { outputFiles } = await build({
    ...common,
    entryPoints: ["layer/check-program.ts"],
    outfile: layerCheckEntry,
    format: "cjs",
    external: ["better-sqlite3"],
    target: "node24",
  });
  for (const { path, contents } of outputFiles) writeOutput(path, contents);
}
