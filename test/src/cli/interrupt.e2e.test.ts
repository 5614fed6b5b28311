import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterEach, beforeEach, expect, test } from "vitest";
import { startCli } from "./run-cli.ts";

let folder: string;
/** An AWS that takes requests and never answers. */
let silent: Server;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "interrupt-test-"));
  mkdirSync(join(folder, "tmp"));
  new Database(join(folder, "good.db")).exec("create table t (id integer primary key)").close();
  silent = createServer(() => {}).listen(0, "127.0.0.1");
  await once(silent, "listening");
});
afterEach(async () => {
  silent.closeAllConnections();
  await new Promise((resolve) => silent.close(resolve));
  rmSync(folder, { recursive: true, force: true });
});

function startUpdate(...options: string[]) {
  return startCli(["update-stack", "northwind", "good.db", ...options], {
    cwd: folder,
    env: {
      TMPDIR: join(folder, "tmp"),
      AWS_ENDPOINT_URL: `http://127.0.0.1:${(silent.address() as AddressInfo).port}`,
      AWS_REGION: "us-east-1",
      AWS_ACCESS_KEY_ID: "a",
      AWS_SECRET_ACCESS_KEY: "b",
    },
  });
}

/** Until it waits for AWS; it must not end before. */
async function untilItWaits(run: ReturnType<typeof startUpdate>): Promise<void> {
  const ended = run.then(({ stderr }) => expect.fail(`it ended: ${stderr}`));
  await Promise.race([once(silent, "request"), ended]);
}

test("Ctrl-C ends with 130 and a word, and leaves no temporary files", async () => {
  const run = startUpdate();
  await untilItWaits(run);
  expect(readdirSync(join(folder, "tmp"))).toHaveLength(1);
  run.kill("SIGINT");
  expect(await run).toMatchObject({
    exitCode: 130,
    stdout: "",
    stderr: "Interrupted. Nothing was changed.\nTry: the same command again",
  });
  expect(readdirSync(join(folder, "tmp"))).toEqual([]);
});

test("with --json Ctrl-C is an event", async () => {
  const run = startUpdate("--json");
  await untilItWaits(run);
  run.kill("SIGINT");
  const { exitCode, stdout } = await run;
  expect(exitCode).toBe(130);
  expect(JSON.parse(stdout.split("\n").at(-1)!)).toEqual({
    event: "interrupted",
    message: "Nothing was changed.",
    hint: "the same command again",
  });
});

test("a polite kill leaves no temporary files either", async () => {
  const run = startUpdate();
  await untilItWaits(run);
  run.kill("SIGTERM");
  expect(await run).toMatchObject({ exitCode: 143 });
  expect(readdirSync(join(folder, "tmp"))).toEqual([]);
});
