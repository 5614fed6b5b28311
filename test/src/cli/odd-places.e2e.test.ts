import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { expect, test } from "vitest";
import { temporaryDirectory } from "../../temporary-directory.ts";
import { runCli } from "./run-cli.ts";

const LONG = `${"long".repeat(70)}.db`;

/** A folder with good.db, the file `file`, and the link `loop`, which leads to itself. */
function oddPlace(): string {
  const folder = temporaryDirectory();
  mkdirSync(join(folder, "tmp"));
  new Database(join(folder, "good.db")).exec("create table t (id integer primary key)").close();
  writeFileSync(join(folder, "file"), "");
  symlinkSync("loop", join(folder, "loop"));
  return folder;
}

/** Runs dsl there; it has to end with one sentence and what to try. */
async function complaint(args: string[], env: (folder: string) => Record<string, string>) {
  const cwd = oddPlace();
  const { exitCode, stderr } = await runCli(args, { cwd, env: env(cwd) });
  const [sentence, hint, ...rest] = stderr.replaceAll(cwd, "HERE").split("\n").slice(-2);
  expect({ exitCode, rest }).toEqual({ exitCode: 1, rest: [] });
  expect(stderr).not.toMatch(/unexpectedly|\n {4}at /);
  return `${sentence}\n${hint}`;
}

/** A run that would need AWS next, and finds nobody there. */
const UPDATE = ["update-stack", "shop", "good.db", "--region", "eu-central-1"];
const LAYER = ["build-layer", "--arch", process.arch === "arm64" ? "arm64" : "x86_64"];
const TRY_TMPDIR = "Try: set TMPDIR to a folder of your own, with room for a copy of the databases";

test.each([
  ["that does not exist", () => "/nonexistent", "/nonexistent, does not exist"],
  [
    "that is a file",
    (folder: string) => join(folder, "file"),
    "HERE/file, is not a folder, or is below something that is not one",
  ],
  [
    "that is a loop of links",
    (folder: string) => join(folder, "loop"),
    "HERE/loop, leads in a circle of links",
  ],
  ["where nothing can be made", () => "/proc", "/proc, cannot be written"],
])("a TMPDIR %s", async (_, place, why) => {
  const env = (folder: string) => ({ TMPDIR: place(folder) });
  const expected = `Error: The folder for temporary files, ${why}\n${TRY_TMPDIR}`;
  expect(await complaint(UPDATE, env)).toBe(expected);
});

test("a TMPDIR that does not exist, when a layer is tried", async () => {
  const env = (folder: string) => ({ TMPDIR: "/nonexistent", DSL_CACHE: join(folder, "tmp") });
  expect(await complaint(LAYER, env)).toContain("Error: The folder for temporary files, /nonexist");
});

test.each([
  ["below /proc, where Node's own mkdir never returns", () => "/proc/x", "/proc/x cannot be made"],
  ["that is a file", (folder: string) => join(folder, "file"), "HERE/file is not a folder"],
  ["that is no folder at all", () => "/dev/null/x", "/dev/null is not a folder"],
  ["in a circle of links", (folder: string) => join(folder, "loop"), "leads in a circle of links"],
  ["with too long a name", (folder: string) => join(folder, LONG), "is too long: a name has"],
])("a cache %s", async (_, place, why) => {
  const text = await complaint(LAYER, (folder) => ({ DSL_CACHE: place(folder) }));
  expect(text).toMatch(/^Error: The folder \S+ cannot be written: /);
  expect(text).toContain(why);
  expect(text).toContain("\nTry: set DSL_CACHE to a folder of your own");
});

test("a home folder that cannot be written, for the cache and for the local AWS", async () => {
  const env = () => ({ HOME: "/dev/null", XDG_CACHE_HOME: "", DSL_LOCAL_HOME: "" });
  expect(await complaint(LAYER, env)).toContain("/dev/null is not a folder\nTry: set DSL_CACHE");
  expect(await complaint([...UPDATE, "--local"], env)).toContain("\nTry: set DSL_LOCAL_HOME");
});

test.each([
  ["a database in a circle of links", ["loop"], "loop leads in a circle of links"],
  ["a database with too long a name", [LONG], `${LONG} is too long: a name has at most 255 bytes`],
  ["a configuration in a circle", ["good.db", "-c", "loop"], "loop leads in a circle of links"],
  [
    "an inspect file in a circle",
    ["good.db", "--inspect-file", "loop"],
    "loop leads in a circle of links",
  ],
])("dsl serve with %s", async (_, args, why) => {
  const text = await complaint(["serve", "--get", "/", ...args], () => ({}));
  expect(text).toContain(`${why}\nTry: `);
});

test("static files in a circle of links are a usage error", async () => {
  const { exitCode, stderr } = await runCli(["serve", "good.db", "--static", "a:loop"], {
    cwd: oddPlace(),
  });
  expect(exitCode).toBe(2);
  expect(stderr).toContain("loop is not a directory");
});
