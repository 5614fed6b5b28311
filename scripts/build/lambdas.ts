/**
 * The Lambda functions: one entry of `runtime/lambdas/` each, one bundle each, and what it may weigh. Every
 * kilobyte and every module is time of a cold start; a test holds the budgets. Raise one only with
 * `npm run bench:cold` beside it.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { BuildOptions, Plugin } from "esbuild";
import { lambdaFolder, packageRoot } from "../../src/paths.ts";

export interface LambdaBundle {
  name: string;
  entry: string;
  outfile: string;
  /** Of the minified bundle. */
  maxBytes: number;
  /** Node's own modules that a cold start may load, the ones inside `internal/` aside. */
  nodeModules: readonly string[];
  /** Node's own modules that are loaded when they are first used, not when the function starts. */
  lazyModules?: readonly string[];
}

/** Several files; see site-function.ts. */
export const SITE = {
  name: "site",
  entry: "runtime/lambdas/site/handler.ts",
  outfile: join(lambdaFolder, "index.cjs"),
  /** Of all of its files. */
  maxBytes: 400_000,
  /** Of those that the first request loads. */
  firstBytes: { json: 162_500, html: 225_000 },
  nodeModules: [
    ...["_http_agent", "_http_client", "_http_common", "_http_incoming", "_http_outgoing"],
    ...["_http_server", "crypto", "fs/promises", "http", "net", "os", "stream"],
    ...["stream/promises", "string_decoder", "timers"],
  ],
} satisfies LambdaBundle & { firstBytes: Record<"json" | "html", number> };

/** The thread of the site's function that fetches blocks: a file of its own beside the function's. */
export const FETCHER = {
  entry: "runtime/site/sources/fetcher-thread.ts",
  outfile: join(lambdaFolder, "fetcher.cjs"),
  maxBytes: 19_000,
};

/** Writers of the site's function that are loaded when they are asked for: a file of their own beside it. */
export const TABLE_FILES = {
  entry: "runtime/site/export/table-files.ts",
  outfile: join(lambdaFolder, "table-files.cjs"),
  maxBytes: 140_000,
};

/** The same for who comes back from a provider, where people sign in with one. */
export const WHO_SIGNED_IN = {
  entry: "runtime/site/access/provider/who-signed-in.ts",
  outfile: join(lambdaFolder, "who-signed-in.cjs"),
  maxBytes: 40_000,
};

/** The same for the loader of events: Parquet, where there is a lake. */
export const LAKE_FILES = {
  entry: "runtime/load/lake/parquet.ts",
  outfile: join(lambdaFolder, "lake-files.cjs"),
  maxBytes: 120_000,
};

/** The function of the inbox: beside the site's in the same package, because it is deployed with it. */
export const INBOX: LambdaBundle = {
  name: "inbox",
  entry: "runtime/lambdas/inbox/handler.ts",
  outfile: join(lambdaFolder, "inbox.cjs"),
  maxBytes: 400_000,
  nodeModules: [
    ...["_http_agent", "_http_client", "_http_common", "_http_incoming", "_http_outgoing"],
    ...["_http_server", "crypto", "fs/promises", "http", "https", "net", "os", "stream"],
    ...["stream/promises", "string_decoder", "timers/promises", "tls", "zlib"],
  ],
};

/** The functions of the collector, in the same package for the same reason. */
export const COLLECTOR: LambdaBundle = {
  name: "collector",
  entry: "runtime/lambdas/collector/handler.ts",
  outfile: join(lambdaFolder, "collector.cjs"),
  maxBytes: 60_000,
  // Its initialisation loads nothing of Node, so that it takes as long as an empty function's.
  nodeModules: [],
  lazyModules: ["crypto", "http", "https", "timers/promises", "zlib"],
};

export const LOADER: LambdaBundle = {
  name: "loader",
  entry: "runtime/lambdas/loader/handler.ts",
  outfile: join(lambdaFolder, "loader.cjs"),
  maxBytes: 130_000,
  nodeModules: INBOX.nodeModules,
};

/** The function that follows Litestream replicas, in the same package for the same reason. */
export const FOLLOWER: LambdaBundle = {
  name: "follower",
  entry: "runtime/lambdas/follower/handler.ts",
  outfile: join(lambdaFolder, "follower.cjs"),
  maxBytes: 90_000,
  nodeModules: INBOX.nodeModules,
};

/** CommonJS has no import.meta; code that asks for its own URL gets the bundle's. */
export const importMetaUrl = {
  define: { "import.meta.url": "importMetaUrl" },
  banner: { js: 'const importMetaUrl=require("node:url").pathToFileURL(__filename).href;' },
} satisfies BuildOptions;

/** serverless-http brings 10 kB for another cloud along. */
const withoutAzure: Plugin = {
  name: "without-azure",
  setup(build) {
    build.onResolve({ filter: /^\.\/azure$/ }, () => ({ path: "azure", namespace: "empty" }));
    build.onLoad({ filter: /.*/, namespace: "empty" }, () => ({ contents: "" }));
  },
};

/** Of the package's description its version is all that is used; the rest is most of it, and grows. */
const versionOnly: Plugin = {
  name: "version-only",
  setup({ onLoad }) {
    onLoad({ filter: /\/package\.json$/ }, ({ path }) => {
      if (path !== join(packageRoot, "package.json")) return null;
      const { version } = JSON.parse(readFileSync(path, "utf8")) as { version: string };
      return { contents: JSON.stringify({ version }), loader: "json" };
    });
  },
};

/** What a function loads when it is asked for it stays outside of its bundle. */
const withoutWriters: Plugin = {
  name: "without-writers",
  setup(build) {
    const outside = (filter: RegExp, path: string) =>
      build.onResolve({ filter }, ({ kind }) =>
        kind === "dynamic-import" ? { path, external: true } : null,
      );
    outside(/\/export\/table-files\.ts$/, "./table-files.cjs");
    outside(/\/provider\/who-signed-in\.ts$/, "./who-signed-in.cjs");
    outside(/^\.\/parquet\.ts$/, "./lake-files.cjs");
  },
};

/** Named imports become functions that load the module when they are called, the default import a stand-in. */
function lazily(modules: readonly string[]): Plugin {
  return {
    name: "lazily",
    setup(build) {
      build.onResolve({ filter: /^node:/ }, ({ path }) =>
        modules.includes(path.slice("node:".length)) ? { path, namespace: "lazily" } : null,
      );
      build.onLoad({ filter: /.*/, namespace: "lazily" }, ({ path }) => {
        const names = Object.keys(process.getBuiltinModule(path) ?? {}).filter(
          (name) => name !== "default",
        );
        const contents = [
          `const load = () => process.getBuiltinModule(${JSON.stringify(path)});`,
          "export default /* @__PURE__ */ new Proxy({}, { get: (_, name) => load()[name] });",
          ...names.map((name) => `export const ${name} = (...args) => load().${name}(...args);`),
        ];
        return { contents: contents.join("\n") };
      });
    },
  };
}

/** The source map stays beside the bundle and out of the zip. */
export function lambdaBuild({
  entry,
  outfile,
  lazyModules = [],
}: Pick<LambdaBundle, "entry" | "outfile" | "lazyModules">) {
  return {
    ...importMetaUrl,
    absWorkingDir: packageRoot,
    bundle: true,
    write: false,
    platform: "node",
    logLevel: "warning",
    legalComments: "none",
    entryPoints: [entry],
    outfile,
    format: "cjs",
    minify: true,
    external: ["better-sqlite3"],
    target: "node24",
    sourcemap: "external",
    sourcesContent: false,
    plugins: [lazily(lazyModules), withoutAzure, withoutWriters, versionOnly],
  } satisfies BuildOptions & { write: false };
}
