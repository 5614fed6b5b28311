/** The options of the commands that ask about a site that is deployed, or change it. */
import { InvalidArgumentError } from "commander";
import type { Option } from "./option.ts";
import { FOLLOW, ROLE_ARN, TARGET_OPTIONS, YES } from "./shared-options.ts";

export const DELETE_STACK_OPTIONS: readonly Option[] = [
  {
    name: "previews-older-than",
    value: "<age>",
    help: "delete previews that were deployed so long ago, such as 7d, and no site",
    kind: { type: "text", read: duration },
    key: null,
  },
  ROLE_ARN,
  YES,
  ...TARGET_OPTIONS,
];

export const LOGS_OPTIONS: readonly Option[] = [
  FOLLOW,
  {
    name: "since",
    value: "<duration>",
    help: "how far back: 30s, 10m, 2h or 7d",
    kind: { type: "text", read: duration },
    default: 3_600_000,
    defaultIs: "1h",
  },
  { name: "errors", help: "only errors", kind: { type: "switch" } },
  ...TARGET_OPTIONS,
];

export const LOADS_OPTIONS: readonly Option[] = [FOLLOW, ...TARGET_OPTIONS];

export const PUT_OPTIONS: readonly Option[] = [
  {
    name: "to",
    value: "<database[/table]>",
    help: "where it goes; by default it is named after the file",
    kind: { type: "text" },
    key: null,
  },
  ...TARGET_OPTIONS,
];

export const TOKEN_CREATE_OPTIONS: readonly Option[] = [
  {
    name: "name",
    value: "<name>",
    help: "what the token is called",
    kind: {
      type: "text",
      pattern: /^[\w.-]{1,64}$/,
      mustBe: "It must be letters, digits and _ . -, 64 at most.",
    },
    key: null,
    defaultIs: "token-1, token-2 …",
  },
  {
    name: "scope",
    value: "<scope>",
    help: "collect, collect:TABLE, read, read:DATABASE or read:DATABASE/TABLE (repeatable)",
    kind: { type: "list" },
    key: null,
    default: [],
    defaultIs: "collect",
  },
  {
    name: "expires",
    value: "<duration>",
    help: "valid for so long: 30s, 10m, 2h or 7d",
    kind: { type: "text", read: duration },
    key: null,
    defaultIs: "until it is revoked",
  },
  ...TARGET_OPTIONS,
];

export const COLLECT_SEND_OPTIONS: readonly Option[] = [
  {
    name: "table",
    value: "<table>",
    help: "where the events go",
    kind: { type: "text" },
    key: null,
    defaultIs: "named after the file",
  },
  {
    name: "token",
    value: "<token>",
    help: "a token of the site",
    kind: { type: "text" },
    key: null,
    environment: "DSL_TOKEN",
    defaultIs: "DSL_TOKEN",
  },
  ...TARGET_OPTIONS,
];

/** Of commands that ask before they change something. */
export const ASKING_OPTIONS: readonly Option[] = [YES, ...TARGET_OPTIONS];

export const DOWNLOAD_OPTIONS: readonly Option[] = [
  {
    name: "at",
    value: "<version>",
    help: "an older version, by its number",
    kind: { type: "number", from: 1, to: Number.MAX_SAFE_INTEGER },
    key: null,
    defaultIs: "the current one",
  },
  {
    name: "out",
    short: "o",
    value: "<path>",
    help: "folder, or file for one database",
    kind: { type: "path" },
    defaultIs: "the current folder",
  },
  { name: "force", help: "replace files that are there", kind: { type: "switch" }, key: null },
  ...TARGET_OPTIONS,
];

export const COST_OPTIONS: readonly Option[] = [
  {
    name: "requests",
    value: "<number>",
    help: "requests a month: pages, API calls, files",
    kind: { type: "number", from: 0, to: 1e12 },
    default: 100_000,
  },
  ...TARGET_OPTIONS,
];

export const LOCAL_START_OPTIONS: readonly Option[] = [
  {
    name: "port",
    value: "<port>",
    help: "port on 127.0.0.1",
    kind: { type: "number", from: 1, to: 65_535 },
    defaultIs: "4590, or a free one",
  },
];

const UNITS: Record<string, number> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** "90s", "10m", "2h", "7d" → milliseconds. */
function duration(text: string): number {
  const [, number, unit = ""] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  if (number === undefined) {
    throw new InvalidArgumentError("It must be a number and a unit, such as 30s, 10m, 2h or 7d.");
  }
  return Number(number) * UNITS[unit]!;
}
