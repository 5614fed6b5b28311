/** What `update-stack` does with Litestream replicas besides publishing them. */
import type { Option } from "./option.ts";
import { readTime } from "./read-time.ts";

/** As the command gets them; absent is what was not given. */
export interface ReplicaFlags {
  /** ISO 8601: the state of Litestream replicas that is published. */
  at?: string;
  /** Follow the Litestream replicas by a function; false: no more; absent: as it is deployed. */
  followInLambda?: boolean;
  /** Then follow the Litestream replicas from this machine. */
  follow?: boolean;
}

export const REPLICA_OPTIONS: readonly Option[] = [
  {
    name: "at",
    value: "<time>",
    help: "Litestream replicas as they were at this time",
    kind: { type: "text", read: readTime },
    key: null,
    defaultIs: "their latest state",
  },
  {
    name: "follow-in-lambda",
    help: "a function goes on publishing what comes to the Litestream replicas",
    negated: "take that function away; what it has published stays",
    kind: { type: "switch" },
    isKept: true,
  },
  {
    name: "follow",
    help: "go on publishing what comes to the Litestream replicas, until stopped",
    kind: { type: "switch" },
    key: null,
  },
];
