/** What a site shows besides its databases: options that `update-stack` and `serve` have in common. */
import { statSync } from "node:fs";
import { resolve } from "node:path";
import { InvalidArgumentError } from "commander";
import { DslError } from "../../runtime/core/dsl-error.ts";
import type { StaticMount } from "../../runtime/core/format/mounts.ts";
import type { Option } from "./option.ts";

/** The values of CONTENT_OPTIONS, as a command gets them. */
export interface ContentFlags {
  /** Paths of files, or what dsl.yaml has instead. */
  config?: string | Record<string, unknown>;
  metadata?: string | Record<string, unknown>;
  setting: Record<string, string>;
  /** Directories by mount. */
  static: Record<string, string>;
  cors?: boolean;
  crossdb?: boolean;
  defaultDeny?: boolean;
  prefix?: string;
}

export const CONFIG: Option = {
  name: "config",
  short: "c",
  value: "<file>",
  help: "Datasette configuration, YAML or JSON",
  kind: { type: "document", holds: "mapping" },
};

export const METADATA: Option = {
  name: "metadata",
  short: "m",
  value: "<file>",
  help: "Datasette metadata, YAML or JSON",
  kind: { type: "document", holds: "mapping" },
};

export const CONTENT_OPTIONS: readonly Option[] = [
  CONFIG,
  METADATA,
  {
    name: "setting",
    short: "s",
    value: "<NAME VALUE>",
    help: "a Datasette setting, such as sql_time_limit_ms 500 (repeatable)",
    kind: { type: "map", divider: "=", mustBe: "It needs a name and a value." },
    key: "settings",
    default: {},
    defaultIs: "none",
  },
  {
    name: "static",
    value: "<mount:dir>",
    help: "serve a directory's files below /MOUNT/ (repeatable)",
    kind: {
      type: "map",
      divider: ":",
      paths: true,
      once: true,
      read: readMount,
      mustBe: "It must be of the form MOUNT:DIR, such as assets:public.",
    },
    default: {},
    defaultIs: "none",
  },
  { name: "cors", help: "let pages of other sites read the JSON", kind: { type: "switch" } },
  {
    name: "crossdb",
    help: "let queries join tables of several databases",
    kind: { type: "switch" },
  },
  {
    name: "default-deny",
    help: "serve only what the configuration allows",
    kind: { type: "switch" },
  },
  {
    name: "prefix",
    value: "<path>",
    help: "serve below this path, as behind another site: the setting base_url",
    kind: {
      type: "text",
      pattern: /^\/?[\w.~-]+(\/[\w.~-]+)*\/?$/,
      mustBe: "It must be a path such as /data/, of letters, digits and _ . ~ - between slashes.",
    },
  },
];

/** The settings with `--prefix` among them. Throws a usage DslError when they say something else. */
export function settingsOf({ setting, prefix }: ContentFlags): Record<string, string> {
  if (prefix === undefined) return setting;
  const baseUrl = `/${prefix.replace(/^\/|\/$/g, "")}/`;
  const other = setting.base_url;
  if (other !== undefined && `/${other.replace(/^\/|\/$/g, "")}/` !== baseUrl) {
    throw new DslError(
      "usage",
      `--prefix ${prefix} and the setting base_url ${other} say different things`,
      "give one of them",
      { exitCode: 2 },
    );
  }
  return { ...setting, base_url: baseUrl };
}

/** Names between slashes, of what needs no encoding in a URL; only `.well-known` begins with a dot. */
const MOUNT = /^(?:\.well-known|[\w~-][\w.~-]*)(?:\/[\w~-][\w.~-]*)*$/;

/** Throws commander's InvalidArgumentError. */
function readMount(text: string, folder: string): readonly [string, string] {
  const mount = text.replace(/^\/+|\/+$/g, "");
  if (mount === "" || folder === "") {
    throw new InvalidArgumentError("It must be of the form MOUNT:DIR, such as assets:public.");
  }
  if (!MOUNT.test(mount)) {
    throw new InvalidArgumentError(
      `"${mount}" is not a path of letters, digits and _ . ~ - between slashes.`,
    );
  }
  const directory = resolve(folder);
  if (!isDirectory(directory)) throw new InvalidArgumentError(`${directory} is not a directory.`);
  return [mount, directory];
}

/** Whatever is the matter with the path: a loop of links, a name that is too long … */
function isDirectory(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

export function mountsOf(directories: Record<string, string>): StaticMount[] {
  return Object.entries(directories).map(([mount, directory]) => ({ mount, directory }));
}

const SETTING_FLAGS = ["-s", "--setting"];

/**
 * Datasette's settings are two words, `--setting NAME VALUE`, and commander's options take one:
 * makes `--setting NAME=VALUE` of them before the command line is parsed.
 */
export function joinSettings(args: readonly string[]): string[] {
  const joined: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const [flag, name, value] = args.slice(i, i + 3);
    if (SETTING_FLAGS.includes(flag!) && name !== undefined && value !== undefined) {
      joined.push("--setting", `${name}=${value}`);
      i += 2;
    } else joined.push(flag!);
  }
  return joined;
}
