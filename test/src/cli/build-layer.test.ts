import { existsSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { guardFile } from "../../../src/paths.ts";
import { temporaryDirectory } from "../../temporary-directory.ts";
import { runCli } from "./run-cli.ts";

const [own, other] = process.arch === "arm64" ? ["arm64", "x86_64"] : ["x86_64", "arm64"];
const otherTarget = process.arch === "arm64" ? "linux-x64" : "linux-arm64";

/** A machine without compilers: all it has is Node. The guard for its own CPU came with the build. */
function withoutCompiler(): { cwd: string; env: Record<string, string> } {
  const cwd = temporaryDirectory();
  symlinkSync(process.execPath, join(cwd, "node"));
  return { cwd, env: { PATH: cwd, DSL_CACHE: join(cwd, "cache"), CC: "none" } };
}

test("without a cross compiler the layer for this CPU is built, and the other is a warning", async () => {
  expect(existsSync(guardFile(otherTarget)), "the other guard is not built").toBe(false);
  const where = withoutCompiler();
  const { exitCode, stdout, stderr } = await runCli(["build-layer", "--quiet"], where);
  expect(stderr).toMatch(
    /^Warning: There is no C compiler for linux-\w+ on the PATH, so there is no layer for it. Try: install/,
  );
  expect(stdout).toMatch(new RegExp(`^${own} .*\\.zip`));
  expect(exitCode).toBe(0);
  const alone = await runCli(["build-layer", "--quiet", "--arch", other!], where);
  expect(alone.exitCode).toBe(1);
  expect(alone.stderr).toContain("Error: There is no C compiler for");
});
