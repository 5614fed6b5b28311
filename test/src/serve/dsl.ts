/** Runs the real CLI. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";

const CLI = fileURLToPath(new URL("../../../src/cli.ts", import.meta.url));

export interface Finished {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface Running {
  url: string;
  child: ChildProcess;
  /** GET of a path below the URL. */
  get(path: string): Promise<Response>;
  finished: Promise<Finished>;
}

export async function dsl(...args: string[]): Promise<Finished> {
  return finish(start(args));
}

/** `dsl serve` on a free port; it is killed when the test ends. */
export async function dslServe(...args: string[]): Promise<Running> {
  const child = start(["serve", "--port", "0", ...args]);
  const finished = finish(child);
  const url = await new Promise<string>((resolve, reject) => {
    let output = "";
    child.stdout!.on("data", (text) => {
      output += text;
      const found = /http:\S+/.exec(output);
      if (found) resolve(found[0]);
    });
    void finished.then(({ stderr }) => reject(new Error(stderr)));
  });
  return { url, child, finished, get: (path) => fetch(new URL(path, url)) };
}

function start(args: string[]): ChildProcess {
  const child = spawn(process.execPath, [CLI, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, NO_COLOR: "1" },
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  return child;
}

async function finish(child: ChildProcess): Promise<Finished> {
  const output = { stdout: "", stderr: "" };
  child.stdout!.setEncoding("utf8").on("data", (text) => {
    output.stdout += text;
  });
  child.stderr!.setEncoding("utf8").on("data", (text) => {
    output.stderr += text;
  });
  const [code] = await once(child, "close");
  return { code, ...output };
}
