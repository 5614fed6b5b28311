import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import packageJson from "../../../package.json" with { type: "json" };
import { commitFile } from "../../../src/paths.ts";
import { runCli } from "./run-cli.ts";

test("--version prints the version and, where it was built, the commit", async () => {
  const commit = existsSync(commitFile) ? ` (commit ${readFileSync(commitFile, "utf8")})` : "";
  expect(await runCli(["--version"])).toMatchObject({
    exitCode: 0,
    stdout: `${packageJson.version}${commit}`,
  });
});

test.each([
  ["deploy", "dsl update-stack NAME data.db"],
  ["destroy", "dsl delete-stack NAME"],
  ["package", "dsl update-stack NAME data.db; no container is needed"],
])("dsl %s says what it is called here", async (command, instead) => {
  const { exitCode, stderr } = await runCli([command, "northwind"]);
  expect({ exitCode, stderr }).toEqual({
    exitCode: 2,
    stderr: `Error: Unknown command '${command}'\nTry: ${instead}`,
  });
});

test("--help lists the commands", async () => {
  const { exitCode, stdout } = await runCli(["--help"]);
  expect(exitCode).toBe(0);
  for (const command of ["update-stack", "delete-stack"]) expect(stdout).toContain(command);
});

test("--help says what a new site gets where nothing is asked for", async () => {
  const { stdout } = await runCli(["update-stack", "--help"]);
  const text = stdout.replace(/\s+/g, " ");
  for (const [option, value] of [
    ["--memory <MB>", 1769],
    ["--timeout <seconds>", 29],
    ["--refresh <seconds>", 5],
    ["--log-retention <days>", 30],
    ["--rate <requests>", 50],
    ["--burst <requests>", 100],
  ]) {
    const line = text.slice(text.indexOf(String(option))).split(" --")[0];
    expect(line).toContain(`(default in a new site: ${value})`);
  }
});

test("no command at all is a usage error", async () => {
  const { exitCode, stderr } = await runCli([]);
  expect(exitCode).toBe(2);
  expect(stderr).toContain("Usage: dsl");
  expect(stderr).toContain("\nError: No command was given\nTry: ");
});

test("an unknown command suggests the nearest", async () => {
  const { exitCode, stdout, stderr } = await runCli(["updat-stack"]);
  expect(exitCode).toBe(2);
  expect(stdout).toBe("");
  expect(stderr).toBe("Error: Unknown command 'updat-stack'\nTry: did you mean update-stack?");
});

test("an unknown option suggests the nearest", async () => {
  const { exitCode, stderr } = await runCli(["delete-stack", "northwind", "--yess"]);
  expect(exitCode).toBe(2);
  expect(stderr).toBe("Error: Unknown option '--yess'\nTry: did you mean --yes?");
});

test("a missing argument is named", async () => {
  const { exitCode, stderr } = await runCli(["convert", "-o", "out.db"]);
  expect(exitCode).toBe(2);
  expect(stderr).toContain("Error: Missing required argument 'files'");
});

test("a command that neither its arguments nor dsl.yaml name a site for says so", async () => {
  const { exitCode, stderr } = await runCli(["delete-stack"]);
  expect(exitCode).toBe(2);
  expect(stderr).toBe("Error: No site was named\nTry: dsl delete-stack NAME; dsl list shows them");
});

test("with --json a usage error is an event, too", async () => {
  const { exitCode, stdout } = await runCli(["updat-stack", "--json"]);
  expect(exitCode).toBe(2);
  expect(JSON.parse(stdout)).toMatchObject({ event: "error", code: "usage" });
});
