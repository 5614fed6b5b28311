/** The options of `update-stack` about events: docs/collect.md. */
import { ROTATIONS } from "../../runtime/core/format/collection.ts";
import type { Option } from "./option.ts";

export const COLLECT_OPTIONS: readonly Option[] = [
  {
    name: "collect",
    value: "<database>",
    help: "take events at /collect into this database",
    negated: "take no more events; those that came stay",
    kind: {
      type: "text",
      pattern: /^(?!_)[\w-]{1,100}$/,
      mustBe: "It must be the name of a database: letters, digits, _ and -.",
    },
    isKept: true,
  },
  {
    name: "collect-public",
    help: "take events without a token, from everybody",
    kind: { type: "switch" },
    isKept: true,
  },
  {
    name: "collect-window",
    value: "<seconds>",
    help: "publish events at most this often",
    kind: { type: "number", from: 1, to: 300 },
    defaultIs: "20; 1 with --local",
    isKept: true,
  },
  {
    name: "collect-rotate",
    value: "<when>",
    help: "begin a new database of events each month",
    kind: { type: "choice", among: ROTATIONS },
    defaultIs: "never",
    isKept: true,
  },
  {
    name: "collect-contract",
    value: "<[table=]mode>",
    help: "evolve, freeze, discard_row or discard_value what is new (repeatable)",
    kind: { type: "list" },
    key: "collect-contracts",
    isKept: true,
  },
  {
    name: "lake",
    help: "write events also as Parquet files, with tables in AWS Glue",
    kind: { type: "switch" },
    isKept: true,
  },
];
