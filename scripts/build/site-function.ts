/**
 * The site's function as several files: `index.cjs`, what every request needs, and what is imported with
 * `import()`, which is loaded when it is asked for. Node loads a file of 300 kB in some 20 ms, so a cold
 * start is as quick as what it loads is small; a test holds the budgets of the first requests.
 *
 * esbuild splits ES modules alone, and those load slowly and do not find the layer's packages. So it
 * splits first, and makes CommonJS of each file then.
 */
import { basename, dirname, join } from "node:path";
import { build, type OutputFile, type Plugin, transform } from "esbuild";
import { packageRoot } from "../../src/paths.ts";
import { importMetaUrl, lambdaBuild, SITE } from "./lambdas.ts";
import type { Output } from "./outputs.ts";

/** Names of what is split off: what was built before and is not any more can be told by them. */
export const SPLIT_OFF = /^part-.*\.cjs(\.map)?$/;

/**
 * esbuild makes a file for each set of files that share a module. Whatever is imported later also imports
 * the entry, which is loaded by then, so that all of what the entry needs is needed by every file: one set.
 */
function sharedWithEntry(entry: string): Plugin {
  return {
    name: "shared-with-entry",
    setup({ onResolve, onLoad, resolve }) {
      const isLater = { later: true };
      onResolve({ filter: /^\.\.?\// }, async ({ path, kind, pluginData, ...from }) => {
        if (kind !== "dynamic-import" || pluginData === isLater) return null;
        const found = await resolve(path, { kind, pluginData: isLater, ...from });
        return found.external ? found : { ...found, suffix: "?later" };
      });
      onLoad({ filter: /\.ts$/ }, ({ path, suffix }) =>
        suffix !== "?later"
          ? null
          : {
              contents: `import ${JSON.stringify(entry)};export * from ${JSON.stringify(path)};`,
              resolveDir: "/",
            },
      );
    },
  };
}

export async function buildSiteFunction(): Promise<Output[]> {
  const { banner, outfile, ...options } = lambdaBuild(SITE);
  const { outputFiles } = await build({
    ...options,
    plugins: [...options.plugins, sharedWithEntry(join(packageRoot, SITE.entry))],
    format: "esm",
    splitting: true,
    entryPoints: { [basename(SITE.outfile, ".cjs")]: SITE.entry },
    outdir: dirname(SITE.outfile),
    chunkNames: "part-[name]-[hash]",
    outExtension: { ".js": ".cjs" },
    sourcemap: "inline",
  });
  return (await Promise.all(outputFiles.map(toCommonJs))).flat();
}

async function toCommonJs({ path, text }: OutputFile): Promise<Output[]> {
  const { code, map } = await transform(text, {
    format: "cjs",
    platform: "node",
    target: "node24",
    minify: true,
    legalComments: "none",
    supported: { "dynamic-import": false },
    banner: text.includes("importMetaUrl") ? importMetaUrl.banner.js : "",
    sourcemap: "external",
    sourcesContent: false,
    sourcefile: basename(path),
  });
  return [
    { path, contents: Buffer.from(code) },
    { path: `${path}.map`, contents: Buffer.from(map) },
  ];
}
