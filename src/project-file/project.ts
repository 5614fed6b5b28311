/** What dsl.yaml says of a site, for one environment. */
import { join } from "node:path";
import { isMap, isScalar, isSeq, type Node } from "yaml";
import { nearest } from "../../runtime/core/config/config-error.ts";
import { DslError } from "../../runtime/core/dsl-error.ts";
import { COMMAND_OPTIONS } from "../options/command-options.ts";
import { fileKey, type Option } from "../options/option.ts";
import type { Written } from "../options/resolve-options.ts";
import { UPDATE_OPTIONS } from "../options/update-options.ts";
import { type Entry, FileReader, scalarText } from "./file-reader.ts";
import { nodeAt } from "./place-of-mistake.ts";
import { readValue } from "./read-value.ts";

export interface Project {
  path: string;
  /** The site's name; null where the file has none. */
  name: string | null;
  /** Paths, and a name where it is not the file's; null where the file has none. */
  databases: { path: string; name: string | null }[] | null;
  /** `dsl.yaml:12:3`, where something with a dotted path stands; null where the file has no such thing. */
  placeOf(path: string): string | null;
  /** What the file says for a command. */
  valuesFor(command: string): ReadonlyMap<Option, Written>;
}

/** The keys that are not options of `update-stack`. */
export const OWN_KEYS = {
  site: ["name", "databases", "commands"],
  root: ["environments"],
} as const;

/** One level of the file: the root, or an environment. */
interface Section {
  name: string | null;
  databases: Project["databases"];
  site: Map<Option, Written>;
  commands: Map<string, Map<Option, Written>>;
}

/**
 * Reads the file; all of it is checked, whichever environment is wanted (null: none). Paths in it are
 * relative to `folder`. Throws a DslError that names line and column.
 */
export function readProject(
  path: string,
  text: string,
  folder: string,
  environment: string | null,
): Project {
  const reader = new FileReader(path, text);
  const { contents } = reader.document;
  const root = contents === null ? [] : reader.entries(contents, path);
  const base = readSection(root, path, true);
  const environments = new Map<string, Section>();
  const listed = root.find(({ key }) => key === "environments")?.value;
  for (const { key, value } of listed ? reader.entries(listed, "environments") : []) {
    const what = `environments.${key}`;
    environments.set(key, readSection(value ? reader.entries(value, what) : [], what, false));
  }
  const wanted = environment === null ? null : pick(environments, environment, path);
  return {
    path,
    name: wanted?.name ?? nameIn(base.name, environment),
    databases: wanted?.databases ?? base.databases,
    placeOf: (path) => {
      const inEnvironment = listed && environment !== null ? nodeIn(listed, environment) : null;
      const node = nodeAt(inEnvironment, path) ?? nodeAt(contents, path);
      return node === null ? null : reader.placeOf(node);
    },
    valuesFor: (command) => {
      const sections = wanted === null ? [base] : [base, wanted];
      const values = new Map<Option, Written>();
      for (const { site } of sections) merge(values, site, COMMAND_OPTIONS[command] ?? []);
      for (const { commands } of sections) merge(values, commands.get(command) ?? new Map());
      return values;
    },
  };

  function nodeIn(map: Node, name: string): Node | null {
    return reader.entries(map, "environments").find(({ key }) => key === name)?.value ?? null;
  }

  function readSection(entries: Entry[], what: string, isRoot: boolean): Section {
    const options = new Map(UPDATE_OPTIONS.map((option) => [fileKey(option), option]));
    const known = [
      ...OWN_KEYS.site,
      ...(isRoot ? OWN_KEYS.root : []),
      ...[...options.keys()].filter((key) => key !== null),
    ];
    const section: Section = { name: null, databases: null, site: new Map(), commands: new Map() };
    for (const entry of entries) {
      requireKey(entry, known, what);
      const { key, keyNode, value } = entry;
      const option = options.get(key);
      if (value === null) continue;
      if (key === "name") section.name = nameOf(value);
      else if (key === "databases") section.databases = databasesOf(value);
      else if (key === "commands") section.commands = commandsOf(value);
      else if (option !== undefined) section.site.set(option, written(option, keyNode, value));
    }
    return section;
  }

  function requireKey(entry: Entry, known: readonly string[], what: string): void {
    const perRun = UPDATE_OPTIONS.find(({ name, key }) => name === entry.key && key === null);
    if (perRun !== undefined) throw notInFile(entry, perRun);
    reader.requireKnown(entry, known, what);
  }

  function notInFile({ key, keyNode }: Entry, { name }: Option): DslError {
    const problem = `${key} is about one run and has no place in the file`;
    const hint = name === "alias" ? "databases: {NAME: PATH}" : `type --${name}`;
    return reader.error(keyNode, problem, hint);
  }

  function written(option: Option, keyNode: Node, node: Node): Written {
    const value = readValue(option, node, reader, folder);
    return { value, place: `${path}:${reader.lineOf(keyNode)}` };
  }

  function nameOf(node: Node): string {
    const scalar = reader.resolve(node);
    if (isScalar(scalar)) return scalarText(scalar);
    throw reader.error(node, "name has to be the name of the site", "name: shop");
  }

  function databasesOf(node: Node): Project["databases"] {
    const value = reader.resolve(node);
    if (isSeq(value)) {
      return (value.items as Node[]).map((item) => ({ path: pathOf(item), name: null }));
    }
    if (isMap(value)) {
      return reader.entries(value, "databases").map(({ key, keyNode, value }) => ({
        path: pathOf(value ?? keyNode),
        name: key,
      }));
    }
    return [{ path: pathOf(value), name: null }];
  }

  function pathOf(node: Node): string {
    const value = reader.resolve(node);
    if (isScalar(value) && value.value !== null) return join(folder, scalarText(value));
    const hint = "databases: [shop.db, sales.csv], or databases: {shop: data/2026.db}";
    throw reader.error(node, "a database has to be the path of a file", hint);
  }

  function commandsOf(node: Node): Section["commands"] {
    const commands: Section["commands"] = new Map();
    for (const entry of reader.entries(node, "commands")) {
      reader.requireKnown(entry, Object.keys(COMMAND_OPTIONS), "commands");
      const { key: command, value } = entry;
      const options = COMMAND_OPTIONS[command]!;
      const values = new Map<Option, Written>();
      for (const given of value ? reader.entries(value, `commands.${command}`) : []) {
        const perRun = options.find(({ name, key }) => name === given.key && key === null);
        if (perRun !== undefined) throw notInFile(given, perRun);
        const keys = options.flatMap((option) => fileKey(option) ?? []);
        reader.requireKnown(given, keys, `commands.${command}`);
        const option = options.find((option) => fileKey(option) === given.key)!;
        if (given.value !== null) values.set(option, written(option, given.keyNode, given.value));
      }
      commands.set(command, values);
    }
    return commands;
  }
}

/** Mappings are put together name by name; everything else replaces what was there. */
function merge(
  into: Map<Option, Written>,
  from: ReadonlyMap<Option, Written>,
  among?: readonly Option[],
): void {
  for (const [option, written] of from) {
    if (among !== undefined && !among.includes(option)) continue;
    const before = into.get(option);
    const isMerged = option.kind.type === "map" && before !== undefined;
    const value = isMerged
      ? { ...(before.value as object), ...(written.value as object) }
      : written.value;
    into.set(option, { value, place: written.place });
  }
}

/** An environment that is not named has a site of its own all the same. */
function nameIn(name: string | null, environment: string | null): string | null {
  return name === null || environment === null ? name : `${name}-${environment}`;
}

function pick(environments: Map<string, Section>, wanted: string, path: string): Section {
  const found = environments.get(wanted);
  if (found !== undefined) return found;
  const names = [...environments.keys()];
  const near = nearest(wanted, names);
  const known =
    names.length === 0 ? `${path} has no environments` : `there are: ${names.join(", ")}`;
  throw new DslError(
    "unknown_environment",
    `${path} has no environment "${wanted}"`,
    near === null ? known : `--env ${near}`,
    { exitCode: 2 },
  );
}
