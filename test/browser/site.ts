/** The example database behind `dsl serve`, as a visitor's browser meets it. */
import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));

export interface ServedSite {
  /** Without a slash at its end. */
  url: string;
  stop(): Promise<void>;
}

interface Served {
  metadata?: string;
  config?: string;
  /** `--static`: MOUNT:DIR. */
  mount?: string;
  flags?: string[];
}

/** Serves the files (paths from the project's folder) with the configuration beside this file. */
export async function serveSite(
  files: readonly string[],
  {
    metadata = "test/browser/metadata.json",
    config = "test/browser/datasette.json",
    mount,
    flags = [],
  }: Served = {},
): Promise<ServedSite> {
  const server = spawn(
    process.execPath,
    [
      "src/cli.ts",
      "serve",
      ...files,
      ...["-p", "0"],
      ...["-c", config],
      ...["-m", metadata],
      ...flags,
      ...(mount === undefined ? [] : ["--static", mount]),
    ],
    { cwd: root, stdio: ["ignore", "pipe", "pipe"] },
  );
  const url = await firstUrl(server);
  return {
    url,
    stop: () =>
      new Promise((resolve) => {
        server.once("exit", () => resolve());
        server.kill("SIGTERM");
      }),
  };
}

/** What `dsl serve` prints when it is ready. */
function firstUrl(server: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let printed = "";
    const look = (chunk: Buffer): void => {
      printed += chunk;
      const url = /http:\/\/127\.0\.0\.1:\d+/.exec(printed)?.[0];
      if (url) resolve(url);
    };
    server.stdout!.on("data", look);
    server.stderr!.on("data", look);
    server.once("exit", (code) => reject(new Error(`dsl serve ended with ${code}: ${printed}`)));
  });
}

export const outputFolder = join(root, "test/output");
