/** What `dsl init` does: gathers what is known, asks for the rest, and writes dsl.yaml. */
import { readdir, readFile, writeFile } from "node:fs/promises";
import { basename, parse, relative, resolve } from "node:path";
import { DslError } from "../../runtime/core/dsl-error.ts";
import { checkFile } from "../../runtime/publisher/database/check-file.ts";
import { isDataFile } from "../convert/data-file.ts";
import { INIT_OPTIONS } from "../options/init-options.ts";
import { editProject, keyedOptions } from "../project-file/edit-project.ts";
import { readProject } from "../project-file/project.ts";
import type { Reporter } from "../terminal/reporter.ts";
import { askAboutSite, mayAsk } from "./questions.ts";

const FILE = "dsl.yaml";
const DATABASE = /\.(db|sqlite|sqlite3)$/i;

/** Throws a DslError; an existing file is then as it was. */
export async function initProject(
  typed: readonly string[],
  flags: Readonly<Record<string, unknown>>,
  reporter: Reporter,
): Promise<void> {
  for (const path of typed) if (!isDataFile(path)) await checkFile(path);
  const before = await existing();
  const options = keyedOptions(INIT_OPTIONS, { ...flags, static: relativePaths(flags.static) });
  const given = { name: flags.name as string | undefined, databases: named(typed), options };
  const changes = before === null ? await completed(given, flags) : given;
  if (before !== null && isNothing(changes)) {
    throw new DslError(
      "file_exists",
      `${FILE} is here already, and nothing was named that should change in it`,
      "an option, such as dsl init --memory 1024, or an editor",
    );
  }
  const text = editProject(before, changes);
  // What was written by hand is checked when it is read; what is written here must be right.
  const project = readProject(FILE, text, ".", null);
  await writeFile(FILE, text);
  const what = before === null ? "Wrote" : "Changed";
  reporter.result(
    [
      `${what} ${FILE}: site ${project.name ?? "without a name"}, ${describe(project.databases ?? [])}.`,
      "dsl update-stack --dry-run says what publishing it would do; dsl serve shows it here.",
    ],
    { file: FILE, created: before === null, name: project.name, text },
  );
}

interface Given {
  name: string | undefined;
  databases: string[] | undefined;
  options: Record<string, unknown>;
}

/** A new file needs a name and databases: found, asked for where somebody can answer. */
async function completed(given: Given, flags: Readonly<Record<string, unknown>>): Promise<Given> {
  const databases = given.databases ?? (await databasesHere());
  if (databases.length === 0) {
    throw new DslError(
      "no_databases",
      "There is no database in this folder",
      "dsl init path/to/data.db",
      { exitCode: 2 },
    );
  }
  const found = { ...given, name: given.name ?? nameFor(databases), databases };
  return mayAsk(flags) ? askAboutSite(found, given) : found;
}

async function existing(): Promise<string | null> {
  try {
    const text = await readFile(FILE, "utf8");
    readProject(FILE, text, ".", null);
    return text;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}

async function databasesHere(): Promise<string[]> {
  return (await readdir(".")).filter((name) => DATABASE.test(name)).sort();
}

/** The only database's name, else the folder's, as far as CloudFormation takes it. */
function nameFor(databases: readonly string[]): string {
  const [only = "", another] = databases;
  const name = another === undefined ? parse(only).name : basename(resolve("."));
  const usable = name.replace(/[^A-Za-z0-9]+/g, "-").replace(/^[^A-Za-z]+|-+$/g, "");
  return usable === "" ? "site" : usable;
}

function named(typed: readonly string[]): string[] | undefined {
  return typed.length === 0 ? undefined : [...typed];
}

/** `--static` makes paths absolute; in a file that is kept they should not be. */
function relativePaths(directories: unknown): Record<string, string> | undefined {
  if (directories === undefined) return undefined;
  return Object.fromEntries(
    Object.entries(directories as Record<string, string>).map(([mount, path]) => [
      mount,
      relative(".", path) || ".",
    ]),
  );
}

function isNothing({ name, databases, options }: Given): boolean {
  return name === undefined && databases === undefined && Object.keys(options).length === 0;
}

function describe(databases: readonly { path: string }[]): string {
  const [first, ...others] = databases;
  if (first === undefined) return "no databases";
  return others.length === 0 ? first.path : `${first.path} and ${others.length} more`;
}
