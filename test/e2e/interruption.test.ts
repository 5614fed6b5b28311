import { execFile } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startCli } from "../src/cli/run-cli.ts";
import { getJson, type Rehearsal, startRehearsal, writeItems } from "./rehearsal.ts";

const CLI = fileURLToPath(new URL("../../src/cli.ts", import.meta.url));

let rehearsal: Rehearsal;
let env: Record<string, string>;
beforeAll(async () => {
  rehearsal = await startRehearsal();
  env = { DSL_LOCAL_HOME: join(rehearsal.folder, "local-aws") };
});
afterAll(() => rehearsal.end());

/** Runs a shell command in which `dsl` is the real one. */
async function shell(command: string): Promise<{ stdout: string; stderr: string }> {
  const script = `dsl() { '${process.execPath}' '${CLI}' "$@"; }; ${command}`;
  const options = { cwd: rehearsal.folder, env: { ...process.env, ...env } };
  return promisify(execFile)("bash", ["-c", script], options);
}

async function rowsAt(site: string): Promise<unknown> {
  const { url } = await rehearsal.update(site, "shop.db");
  return (await getJson(String(url), "/shop/items.json?_size=0&_extra=count")).count;
}

test("a deployment whose output is cut off or cannot be written is finished all the same", async () => {
  writeItems(join(rehearsal.folder, "shop.db"), 10);
  const cut = await shell("dsl update-stack shop shop.db --local --json | head -1");
  expect(cut.stderr).toBe("");
  expect(cut.stdout.split("\n")).toHaveLength(2);
  expect(await rowsAt("shop")).toBe(10);

  writeItems(join(rehearsal.folder, "shop.db"), 20);
  const full = await shell(
    "dsl update-stack shop shop.db --local --json > /dev/full; echo exit code $?",
  );
  expect(full.stdout).toBe("exit code 1\n");
  expect(full.stderr).toMatch(/^Error: The command has done its work, but what it says could not/);
  expect(await rowsAt("shop")).toBe(20);
});

test("Ctrl-C while a stack is made: says that CloudFormation goes on, and the same command finishes", async () => {
  writeItems(join(rehearsal.folder, "shop.db"), 30);
  await rehearsal.inject([
    { service: "cloudformation", operation: "DescribeStackEvents", kind: "slow", ms: 1500 },
  ]);
  const command = startCli(["update-stack", "other", "shop.db", "--local"], {
    cwd: rehearsal.folder,
    env,
  });
  await new Promise<void>((resolve) => {
    command.stderr.on("data", (text) => {
      if (String(text).includes("Creating stack other ")) resolve();
    });
  });
  command.kill("SIGINT");
  const { exitCode, stderr } = await command;
  await rehearsal.inject([]);
  expect(exitCode).toBe(130);
  expect(stderr).toContain(
    "Interrupted. CloudFormation may still be creating stack other; it does not stop with dsl.\n" +
      "Try: the same command again: it waits for CloudFormation and then goes on",
  );
  expect(await rowsAt("other")).toBe(30);
});
