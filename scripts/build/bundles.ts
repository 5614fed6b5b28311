/** The esbuild bundles: the CLI, the Lambda, and the child processes of the embedded AWS. */
import { chmodSync, copyFileSync, existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { type BuildOptions, build } from "esbuild";
import { lambdaFolder, packageRoot } from "../../src/paths.ts";
import { bundlePages } from "./pages.ts";

const dist = join(packageRoot, "dist");

const common: BuildOptions = {
  absWorkingDir: packageRoot,
  bundle: true,
  platform: "node",
  logLevel: "warning",
  legalComments: "none",
};

/** CommonJS has no import.meta; code that asks for its own URL gets the bundle's. */
const importMetaUrl: BuildOptions = {
  define: { "import.meta.url": "importMetaUrl" },
  banner: { js: 'const importMetaUrl=require("node:url").pathToFileURL(__filename).href;' },
};

export async function bundleAll(): Promise<void> {
  await Promise.all([
    bundleCli(),
    bundleLambda(),
    bundleLocal(),
    bundlePages(join(lambdaFolder, "static")),
  ]);
}

/** dist/cli.js checks Node's version and loads dist/main.js; commands become chunks of their own. */
async function bundleCli(): Promise<void> {
  if (!existsSync(join(packageRoot, "src/cli.ts"))) return;
  removeFiles(dist, /\.js(\.map)?$/);
  await build({
    ...common,
    entryPoints: { main: "src/cli.ts" },
    outdir: "dist",
    format: "esm",
    splitting: true,
    packages: "external",
    target: "node22.15",
    sourcemap: true,
    sourcesContent: false,
  });
  const launcher = join(dist, "cli.js");
  copyFileSync(join(packageRoot, "scripts/launcher.js"), launcher);
  chmodSync(launcher, 0o755);
}

/** The source map stays beside the bundle and out of the zip. */
async function bundleLambda(): Promise<void> {
  if (!existsSync(join(packageRoot, "runtime/handler.ts"))) return;
  await build({
    ...common,
    ...importMetaUrl,
    entryPoints: ["runtime/handler.ts"],
    outfile: join(lambdaFolder, "index.cjs"),
    format: "cjs",
    minify: true,
    external: ["better-sqlite3"],
    target: "node24",
    sourcemap: "external",
    sourcesContent: false,
  });
}

async function bundleLocal(): Promise<void> {
  const entries: [from: string, to: string, format: "cjs" | "esm"][] = [
    ["src/local/lambda/runtime-entry.ts", "lambda-runtime.cjs", "cjs"],
    ["src/local/daemon.ts", "daemon.js", "esm"],
  ];
  for (const [from, to, format] of entries) {
    if (!existsSync(join(packageRoot, from))) continue;
    await build({
      ...common,
      ...(format === "cjs" ? importMetaUrl : {}),
      entryPoints: [from],
      outfile: join(dist, "local", to),
      format,
      packages: "external",
      target: "node22.15",
    });
  }
}

function removeFiles(folder: string, pattern: RegExp): void {
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder)) {
    if (pattern.test(name)) rmSync(join(folder, name));
  }
}
