/** The options of `watch`. */
import { InvalidArgumentError } from "commander";
import type { Retention } from "../../runtime/core/format/retention.ts";
import { KEEP } from "./keep-option.ts";
import type { Option } from "./option.ts";
import { TARGET_OPTIONS, type TargetFlags } from "./shared-options.ts";

/** As the command gets them. */
export interface WatchFlags extends TargetFlags {
  /** `name=path` */
  alias: string[];
  /** Milliseconds. */
  interval: number;
  metrics?: { host: string; port: number };
  status?: boolean;
  /** Absent: as the site has it. */
  keep?: Retention;
}

const SHORTEST_MS = 100;
const LONGEST_MS = 86_400_000;

export const WATCH_OPTIONS: readonly Option[] = [
  {
    name: "alias",
    value: "<name=path>",
    help: "follow a file under another name (repeatable)",
    kind: { type: "list" },
    key: null,
    default: [],
    defaultIs: "none",
  },
  {
    name: "interval",
    value: "<duration>",
    help: "publish at most this often: 500ms, 1s, 5m",
    kind: { type: "text", read: interval },
    default: 1_000,
    defaultIs: "1s",
  },
  {
    name: "metrics",
    value: "<host:port>",
    help: "serve metrics for Prometheus there",
    kind: { type: "text", read: address },
    key: "watch-metrics",
  },
  KEEP,
  {
    name: "status",
    help: "print what the running dsl watch of this site does, as JSON, and end",
    kind: { type: "switch" },
    key: null,
  },
  ...TARGET_OPTIONS,
];

const UNITS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 } as const;

/** `500ms`, `1s`, `0.5s`; a number without a unit is seconds. In milliseconds. */
export function interval(text: string): number {
  const [, number = "", unit = "s"] = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(text) ?? [];
  const milliseconds = Number(number) * UNITS[unit as keyof typeof UNITS];
  if (number !== "" && milliseconds >= SHORTEST_MS && milliseconds <= LONGEST_MS) {
    return milliseconds;
  }
  throw new InvalidArgumentError("It must be from 100ms to 24h, such as 500ms, 1s or 5m.");
}

/** `127.0.0.1:9090`, `[::1]:9090`, `:9090` and `9090`: without a host it is this machine alone. */
export function address(text: string): { host: string; port: number } {
  const found = /^(?:(?:\[([0-9a-fA-F:]+)\]|([^:\s]*)):)?(\d{1,5})$/.exec(text);
  const port = Number(found?.[3] ?? -1);
  if (found !== null && port >= 0 && port <= 65_535) {
    return { host: found[1] || found[2] || "127.0.0.1", port };
  }
  throw new InvalidArgumentError("It must be an address such as 127.0.0.1:9090.");
}
