/** The options of `serve`, spelled as in `datasette serve`. */
import { InvalidArgumentError } from "commander";
import { type Actor, parseActor } from "../../runtime/core/access/actor.ts";
import { InvalidData, parseJson } from "../../runtime/core/format/check.ts";
import { CONTENT_OPTIONS, type ContentFlags } from "./content-options.ts";
import { DATA_FILE_OPTIONS, type DataFileFlags } from "./convert-options.ts";
import type { Option } from "./option.ts";

/** As the command gets them. */
export interface ServeFlags extends ContentFlags, DataFileFlags {
  immutable: string[];
  host: string;
  port: number;
  allowedHosts: string[];
  /** Path of the database that takes events. */
  collect?: string;
  metrics?: boolean;
  inspectFile?: string;
  memory?: boolean;
  nolock?: boolean;
  open?: boolean;
  reload?: boolean;
  workers?: number;
  actor?: Actor;
  get?: string;
}

export const SERVE_OPTIONS: readonly Option[] = [
  {
    name: "immutable",
    short: "i",
    value: "<file>",
    help: "a file that does not change (repeatable)",
    kind: { type: "list", paths: true },
    default: [],
    defaultIs: "none",
  },
  {
    name: "host",
    short: "h",
    value: "<host>",
    help: "address to listen on",
    kind: { type: "text" },
    default: "127.0.0.1",
  },
  {
    name: "port",
    short: "p",
    value: "<port>",
    help: "port, 0 for any free one",
    kind: { type: "number", from: 0, to: 65_535 },
    default: 8001,
  },
  {
    name: "allowed-hosts",
    value: "<names>",
    help: "names that are answered beside this machine's own, with commas between",
    kind: { type: "text", read: nameList },
    default: [],
    defaultIs: "none",
  },
  {
    name: "metrics",
    help: "let others than this machine read /-/metrics, too",
    kind: { type: "switch" },
  },
  ...CONTENT_OPTIONS,
  ...DATA_FILE_OPTIONS,
  {
    name: "collect",
    value: "<file>",
    help: "take events at /collect into this database, a new one or not",
    kind: { type: "path" },
    key: null,
  },
  {
    name: "inspect-file",
    value: "<file>",
    help: "counts and hashes that `datasette inspect` wrote",
    kind: { type: "path" },
  },
  { name: "memory", help: "serve an empty database _memory, too", kind: { type: "switch" } },
  {
    name: "nolock",
    help: "read files that another program keeps locked",
    kind: { type: "switch" },
  },
  {
    name: "workers",
    value: "<count>",
    help: "threads that answer",
    kind: { type: "number", from: 1, to: 64 },
    defaultIs: "cores",
  },
  {
    name: "reload",
    help: "take over other configuration, and databases that come or go",
    kind: { type: "switch" },
  },
  { name: "open", short: "o", help: "open the site in a browser", kind: { type: "switch" } },
  {
    name: "actor",
    value: "<json>",
    help: 'serve as if everybody were this one, such as {"id": "ann"}',
    kind: { type: "text", read: readActor },
    key: null,
  },
  {
    name: "get",
    value: "<path>",
    help: "print what a GET of this path answers, and end",
    kind: { type: "text" },
    key: null,
  },
];

function readActor(text: string): Actor {
  try {
    return parseActor(parseJson(text, "the actor"), "the actor");
  } catch (error) {
    if (error instanceof InvalidData)
      throw new InvalidArgumentError(`${error.message}. It must be such as {"id": "ann"}.`);
    throw error;
  }
}

/** `a.example,b.example` */
function nameList(text: string): string[] {
  return text
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
}
