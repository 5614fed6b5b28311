/**
 * The style sheet, the font and the scripts of the pages. File names carry a hash of their content; `assets.json`
 * tells the runtime the names of those that pages refer to. Scripts find the rest by themselves.
 */
import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { build } from "esbuild";
import { packageRoot } from "../../src/paths.ts";
import { replaceOutputs } from "./outputs.ts";

const ENTRIES = ["index.css", "appearance.js", "page.js", "icon.svg"];

export async function bundlePages(folder: string): Promise<void> {
  const { metafile, outputFiles } = await build({
    absWorkingDir: packageRoot,
    entryPoints: [
      { in: "runtime/site/browser/page.ts", out: "page" },
      { in: "runtime/site/browser/appearance.ts", out: "appearance" },
      { in: "runtime/site/browser/style/index.css", out: "index" },
      { in: "runtime/site/browser/icon.svg", out: "icon" },
    ],
    outdir: folder,
    entryNames: "[name]-[hash]",
    chunkNames: "[name]-[hash]",
    bundle: true,
    write: false,
    splitting: true,
    format: "esm",
    minify: true,
    metafile: true,
    logLevel: "warning",
    legalComments: "none",
    loader: { ".svg": "copy", ".woff2": "file" },
    assetNames: "[name]-[hash]",
    // light-dark() is meant to stay as it is.
    target: ["chrome123", "firefox125", "safari17.5"],
  });
  const names: Record<string, string> = {};
  for (const [path, { entryPoint }] of Object.entries(metafile.outputs)) {
    const file = basename(path);
    const plain = file.replace(/-[A-Z0-9]{8}\./, ".");
    if (entryPoint !== undefined && ENTRIES.includes(plain)) names[plain] = file;
  }
  const assets = {
    path: join(folder, "assets.json"),
    contents: Buffer.from(JSON.stringify(names)),
  };
  // Its licence wants to be with the font.
  const licence = {
    path: join(folder, "public-sans-license.txt"),
    contents: readFileSync(
      join(packageRoot, "node_modules/@fontsource-variable/public-sans/LICENSE"),
    ),
  };
  replaceOutputs(folder, [...outputFiles, assets, licence], /./);
}
