import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { temporaryDirectory } from "../../temporary-directory.ts";

const CLI = fileURLToPath(new URL("../../../src/cli.ts", import.meta.url));

/** Runs a shell command in which `dsl` is the real one; `set -o pipefail` shows its exit code. */
async function shell(command: string): Promise<{ code: number; stdout: string; stderr: string }> {
  const script = `dsl() { '${process.execPath}' '${CLI}' "$@"; }; set -o pipefail; ${command}`;
  const env = { ...process.env, DSL_LOCAL_HOME: temporaryDirectory() };
  return promisify(execFile)("bash", ["-c", script], { env }).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    ({ code, stdout, stderr }) => ({ code, stdout, stderr }),
  );
}

test("a reader who has seen enough is no failure", async () => {
  expect(await shell("dsl local status --json | true")).toEqual({
    code: 0,
    stdout: "",
    stderr: "",
  });
  const { code, stderr } = await shell("dsl update-stack --help | head -1");
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
});

test("a page of a site may be cut short", async () => {
  const { code, stderr } = await shell("dsl serve --memory --get / | true");
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
});

test("a full disk behind stdout is one sentence and a failure", async () => {
  const { code, stderr } = await shell("dsl local status > /dev/full");
  expect(code).toBe(1);
  expect(stderr).toMatch(
    /^Error: The command has done its work, but what it says could not be written \(.*ENOSPC.*\)\nTry: .*\n$/,
  );
});

test("a full disk behind stderr changes nothing", async () => {
  expect(await shell("dsl updat-stack 2> /dev/full")).toMatchObject({ code: 2, stdout: "" });
});
