/** The options of the commands about layers. */
import type { Option } from "./option.ts";
import { LOCAL, PROFILE, REGION, YES } from "./shared-options.ts";

/** What they have in common, as a command gets it. */
export interface LayerFlags {
  name: string;
  region: string[];
  profile?: string;
  local?: boolean;
}

const COMMON: readonly Option[] = [
  /** Lambda allows 140 characters; the CPU is added. */
  {
    name: "name",
    value: "<name>",
    help: "name of the layers; -arm64 or -x86_64 is added",
    kind: {
      type: "text",
      pattern: /^[a-zA-Z0-9-_]{1,120}$/,
      mustBe: "It may have letters, digits, - and _, 120 at most.",
    },
    default: "dsl",
  },
  {
    ...REGION,
    value: "<region...>",
    help: "AWS regions",
    kind: { type: "list" },
    default: [],
  },
  PROFILE,
  LOCAL,
];

export const LIST_LAYERS_OPTIONS: readonly Option[] = COMMON;

export const BUILD_LAYER_OPTIONS: readonly Option[] = [
  {
    name: "arch",
    value: "<cpu>",
    help: "for which CPU",
    kind: { type: "choice", among: ["arm64", "x86_64", "all"] },
    default: "all",
  },
  {
    name: "out",
    value: "<dir>",
    help: "where the zip goes",
    kind: { type: "path" },
    defaultIs: "here, unless it is published",
  },
  { name: "publish", help: "publish it as a layer version", kind: { type: "switch" } },
  { name: "public", help: "publish it for every AWS account", kind: { type: "switch" } },
  ...COMMON,
];

export const DELETE_LAYER_OPTIONS: readonly Option[] = [
  {
    name: "old",
    help: "all but the newest version for each CPU and region",
    kind: { type: "switch" },
    key: null,
  },
  YES,
  ...COMMON,
];
