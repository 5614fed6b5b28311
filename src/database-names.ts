/** Under which names the databases are served. Pure. */
import { parse, resolve } from "node:path";
import { DslError } from "../runtime/core/dsl-error.ts";
import { tableName } from "../runtime/load/model/names.ts";
import type { NamedDatabase } from "../runtime/publisher/facts.ts";
import { isDataFile } from "./convert/data-file.ts";
import { isReplica } from "./litestream/replica-place.ts";

/** Names that Datasette keeps for its own databases. */
const RESERVED = ["_memory", "_internal"];

/**
 * Names the databases after their files without the extension, as Datasette does; an alias
 * (`--alias name=path`) names one of the files differently or adds another. A file that is named
 * twice counts once. Throws a DslError for an alias of another form, a name that cannot be served
 * and two databases with the same name.
 */
export function nameDatabases(paths: string[], aliases: string[] = []): NamedDatabase[] {
  const databases: NamedDatabase[] = [];
  const aliased = aliases.map(parseAlias);
  const seen = new Set<string>();
  for (const path of paths) {
    if (seen.has(resolve(path))) continue;
    seen.add(resolve(path));
    if (aliased.some((alias) => resolve(alias.path) === resolve(path))) continue;
    databases.push({ name: nameOf(path), path });
  }
  const order = new Map(paths.map((path, i) => [resolve(path), paths.length - i]));
  databases.push(...aliased);
  databases.sort((a, b) => (order.get(resolve(b.path)) ?? 0) - (order.get(resolve(a.path)) ?? 0));
  checkNames(databases);
  return databases;
}

/** A data file is named without all of its endings: "sales.csv.gz" is "sales". */
function nameOf(path: string): string {
  if (isReplica(path)) return nameOf(path.slice(path.indexOf(":") + 1));
  return isDataFile(path) ? tableName(path) : parse(path).name;
}

/** "name=path": the first "=" divides, so a path may contain more of them. */
function parseAlias(alias: string): NamedDatabase {
  const divider = alias.indexOf("=");
  const [name, path] = [alias.slice(0, divider), alias.slice(divider + 1)];
  if (divider < 1 || path === "") {
    throw new DslError(
      "bad_alias",
      `--alias ${alias} is not of the form name=path`,
      "--alias sales=data/2026-11.db",
      { exitCode: 2 },
    );
  }
  return { name, path };
}

function checkNames(databases: NamedDatabase[]): void {
  const byName = new Map<string, NamedDatabase>();
  for (const database of databases) {
    checkName(database);
    const other = byName.get(database.name);
    if (other !== undefined) throw sameName(other, database);
    byName.set(database.name, database);
  }
}

function checkName({ name, path }: NamedDatabase): void {
  if (name !== "" && name !== "-" && !RESERVED.includes(name)) return;
  const reason = name === "" ? "the name is empty" : "that name is reserved";
  throw new DslError(
    "bad_database_name",
    `${path} cannot be served as "${name}": ${reason}`,
    `--alias data=${path}`,
    { exitCode: 2 },
  );
}

function sameName(one: NamedDatabase, other: NamedDatabase): DslError {
  return new DslError(
    "same_name",
    `${one.path} and ${other.path} would both be served as "${one.name}"`,
    `--alias ${one.name}-2=${other.path}`,
    { exitCode: 2 },
  );
}
