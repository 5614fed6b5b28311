import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { runCli } from "./run-cli.ts";

/** What bash offers for a line that is being typed. */
function offered(script: string, line: string): string[] {
  const words = line.split(" ");
  const program = `${script}
COMP_WORDS=(${words.map((word) => `'${word}'`).join(" ")})
COMP_CWORD=${words.length - 1}
_dsl
printf '%s\\n' "\${COMPREPLY[@]}"`;
  return execFileSync("bash", ["-c", program], { encoding: "utf8" }).trim().split("\n");
}

test("bash completes commands, their options and subcommands", async () => {
  const { exitCode, stdout } = await runCli(["completion", "bash"]);
  expect(exitCode).toBe(0);
  expect(offered(stdout, "dsl upd")).toEqual(["update-stack"]);
  expect(offered(stdout, "dsl update-stack --stor")).toContain("--storage");
  expect(offered(stdout, "dsl local st")).toEqual(["start", "stop", "status"]);
});

test("a shell that is not known is a usage error", async () => {
  const { exitCode, stderr } = await runCli(["completion", "tcsh"]);
  expect(exitCode).toBe(2);
  expect(stderr).toContain("bash, zsh, fish");
});
