import { expect, test } from "vitest";
import packageJson from "../../../package.json" with { type: "json" };
import { runCli } from "./run-cli.ts";

test("--version prints the version and the commit that was built", async () => {
  const { exitCode, stdout } = await runCli(["--version"]);
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/^\S+ \(commit [0-9a-f]{10}(, changed)?\)$/);
  expect(stdout.split(" ")[0]).toBe(packageJson.version);
});

test.each([
  ["publish", "dsl update-stack NAME data.db"],
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
  const { exitCode, stderr } = await runCli(["delete-stack"]);
  expect(exitCode).toBe(2);
  expect(stderr).toContain("Error: Missing required argument 'stack-name'");
});

test("with --json a usage error is an event, too", async () => {
  const { exitCode, stdout } = await runCli(["updat-stack", "--json"]);
  expect(exitCode).toBe(2);
  expect(JSON.parse(stdout)).toMatchObject({ event: "error", code: "usage" });
});
