import { copyFileSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runCli } from "./run-cli.ts";

/** What is found out without AWS; that it needs none is shown by there being none. */
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "bad-input-test-"));
  new Database(join(folder, "good.db")).exec("create table t (id integer primary key)").close();
  writeFileSync(join(folder, "empty.db"), "");
  writeFileSync(join(folder, "text.db"), "This is not a database.\n".repeat(100));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.each([
  ["a missing file", ["northwind", "missing.db"], 1, "missing.db"],
  ["a directory", ["northwind", "."], 1, "."],
  ["an empty file", ["northwind", "empty.db"], 1, "empty.db"],
  ["a file that is not SQLite", ["northwind", "text.db"], 1, "text.db"],
  ["a name that CloudFormation refuses", ["north_wind", "good.db"], 2, '"north_wind"'],
  [
    "two databases with the same name",
    ["northwind", "good.db", "--alias", "good=text.db"],
    2,
    "good",
  ],
  ["a configuration that is not there", ["northwind", "good.db", "-c", "none.yml"], 1, "none.yml"],
  ["an unknown setting", ["northwind", "good.db", "-s", "page_size", "5"], 2, "page_size"],
  ["no database", ["northwind"], 2, "northwind"],
  ["the file before the name", ["good.db", "northwind"], 2, "good.db"],
  ["a file and no name", ["good.db"], 2, "good.db"],
  ["a memory that Lambda does not have", ["northwind", "good.db", "--memory", "64"], 2, "64"],
  ["a timeout that is no number", ["northwind", "good.db", "--timeout", "soon"], 2, "soon"],
  ["an unknown CPU", ["northwind", "good.db", "--arch", "mips"], 2, "mips"],
  ["a tag without a value", ["northwind", "good.db", "--tag", "owner"], 2, "owner"],
  ["a role that is no ARN", ["northwind", "good.db", "--role-arn", "deploy"], 2, "deploy"],
  ["a layer that is no ARN", ["northwind", "good.db", "--layer-arn", "mine"], 2, "mine"],
  [
    "a retention CloudWatch does not know",
    ["northwind", "good.db", "--log-retention", "2"],
    2,
    "2",
  ],
])(
  "update-stack with %s: one sentence with the value, and what to try",
  async (_, args, exitCode, value) => {
    const run = await runCli(["update-stack", ...args], { cwd: folder });
    expect(run.exitCode).toBe(exitCode);
    expect(run.stdout).toBe("");
    const [sentence, hint, ...rest] = run.stderr.split("\n");
    expect(sentence).toMatch(/^Error: \S/);
    expect(sentence).toContain(value);
    expect(hint).toMatch(/^Try: \S/);
    expect(rest).toEqual([]);
  },
);

test("swapped arguments: the right order is what to try", async () => {
  const { stderr } = await runCli(["update-stack", "good.db", "northwind"], { cwd: folder });
  expect(stderr).toContain("\nTry: dsl update-stack northwind good.db");
});

test.each([
  [12e9, ["--storage", "embed"], /The function with the databases in it would have 12.0 GB/],
  [12e12, [], /Copies of the databases need 12.0 TB, and \S+ has \S+ \S+ left/],
])("a file of %d bytes is refused before it is copied", async (size, options, sentence) => {
  copyFileSync(join(folder, "good.db"), join(folder, "huge.db"));
  // No bytes on the disk: the rest of the file is a hole.
  truncateSync(join(folder, "huge.db"), size);
  const run = await runCli(["update-stack", "northwind", "huge.db", ...options], { cwd: folder });
  expect(run.exitCode).toBe(1);
  expect(run.stderr).toMatch(sentence);
});

test("a time limit beyond that of the HTTP API is said to have no effect", async () => {
  const run = await runCli(["update-stack", "northwind", "good.db", "--timeout", "60"], {
    cwd: folder,
  });
  expect(run.stderr).toContain("Warning: --timeout 60 has no effect beyond 29");
});

test("an endpoint without a scheme is explained", async () => {
  const env = { AWS_ENDPOINT_URL: "localhost:4566" };
  const run = await runCli(["update-stack", "northwind", "good.db"], { cwd: folder, env });
  expect(run.stderr).toBe(
    'Error: AWS_ENDPOINT_URL is "localhost:4566", which is no http:// or https:// URL\nTry: AWS_ENDPOINT_URL=http://localhost:4566',
  );
});

test("no region: says how to give one, and that --local needs none", async () => {
  const run = await runCli(["update-stack", "northwind", "good.db"], { cwd: folder });
  expect(run.exitCode).toBe(1);
  expect(run.stderr).toContain("Error: No AWS region is configured");
  expect(run.stderr).toMatch(/Try: .*--region.*--local/);
});

test("no credentials: says where they are looked for", async () => {
  const run = await runCli(["update-stack", "northwind", "good.db", "--region", "eu-central-1"], {
    cwd: folder,
  });
  expect(run.exitCode).toBe(1);
  expect(run.stderr).toContain("Error: No AWS credentials were found");
  expect(run.stderr).toMatch(/Try: .*aws configure/);
});

test("an unknown profile is named", async () => {
  const run = await runCli([
    "delete-stack",
    "northwind",
    "--profile",
    "nobody",
    "--region",
    "eu-central-1",
  ]);
  expect(run.exitCode).toBe(1);
  expect(run.stderr).toContain('profile "nobody"');
});

test("an endpoint where nothing listens is named", async () => {
  const run = await runCli(["delete-stack", "northwind"], {
    env: {
      AWS_ENDPOINT_URL: "http://127.0.0.1:9",
      AWS_REGION: "us-east-1",
      AWS_ACCESS_KEY_ID: "a",
      AWS_SECRET_ACCESS_KEY: "b",
      AWS_MAX_ATTEMPTS: "1",
    },
  });
  expect(run.exitCode).toBe(1);
  expect(run.stderr).toContain("AWS CloudFormation cannot be reached");
  expect(run.stderr).toContain("http://127.0.0.1:9");
});

test("DSL_DEBUG=1 shows where it happened", async () => {
  const run = await runCli(["update-stack", "northwind", "missing.db"], {
    cwd: folder,
    env: { DSL_DEBUG: "1" },
  });
  expect(run.stderr).toContain("    at ");
});
