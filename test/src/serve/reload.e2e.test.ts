import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import Database from "better-sqlite3";
import { expect, onTestFinished, test, vi } from "vitest";
import { temporaryDirectory } from "../../temporary-directory.ts";
import { dslServe } from "./dsl.ts";

const CLI = fileURLToPath(new URL("../../../src/cli.ts", import.meta.url));

function writeDatabase(path: string): void {
  new Database(path).exec("create table t (id integer primary key)").close();
}

test("--reload takes over configuration and databases; what cannot be served changes nothing", async () => {
  const folder = temporaryDirectory();
  writeDatabase(join(folder, "shop.db"));
  const config = join(folder, "metadata.yaml");
  writeFileSync(config, "title: before\n");
  const site = await dslServe(folder, "--reload");
  let said = "";
  site.child.stderr!.on("data", (text) => {
    said += text;
  });
  const home = async () => (await (await site.get("/")).text()) ?? "";
  expect(await home()).toContain("before");

  writeFileSync(config, "title: afterwards\n");
  await vi.waitFor(async () => expect(await home()).toContain("afterwards"), 60_000);

  writeDatabase(join(folder, "more.db"));
  await vi.waitFor(async () => expect((await site.get("/more.json")).status).toBe(200), 60_000);

  writeFileSync(config, "title: [");
  await vi.waitFor(() => expect(said).toMatch(/is neither YAML nor JSON.*the site stays/), 60_000);
  expect(await home()).toContain("afterwards");
});

/** `dsl serve` on a pseudo-terminal: what it has printed when a page was asked for and it was stopped. */
async function onTerminal(...options: string[]): Promise<string> {
  const args = `serve --memory --port 0 ${options.join(" ")}`;
  const command = `stty cols 200 rows 30; exec '${process.execPath}' '${CLI}' ${args}`;
  const child = spawn("script", ["-qec", command, "/dev/null"], {
    env: { ...process.env, TERM: "xterm" },
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  let screen = "";
  const url = await new Promise<string>((resolve) => {
    child.stdout.setEncoding("utf8").on("data", (text) => {
      screen += text;
      const found = /http:\/\/\S+/.exec(screen);
      if (found) resolve(found[0]);
    });
  });
  await (await fetch(new URL("/_memory?x=\x1b[2J", url))).text();
  await (await fetch(new URL("/nowhere", url))).text();
  // The line comes when the answer has been taken.
  while (!options.includes("--quiet") && !screen.includes("/nowhere")) await sleep(20);
  child.stdin.write("\x03");
  await once(child, "close");
  return screen;
}

test("on a terminal each request is a line, with --quiet none", async () => {
  const screen = await onTerminal();
  expect(screen).toMatch(/GET \/_memory\?x=%1B\[2J 200 in \d+ ms/);
  expect(screen).toMatch(/GET \/nowhere 404 in \d+ ms/);
  expect(await onTerminal("--quiet")).not.toContain("GET");
});
