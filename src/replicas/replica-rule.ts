/** How a database is replicated, as a command line or metadata says it. */
import type { Retention } from "../../runtime/core/format/retention.ts";

/** What is to be used to reach a bucket; absent: as the environment has it. */
export interface Access {
  region?: string;
  endpoint?: string;
  credentials?: { accessKeyId: string; secretAccessKey: string };
}

export interface ReplicaRule {
  /** As `--to` has it, with $DB_NAME and the like. */
  template: string;
  access: Access;
  intervalMs: number;
  /** null: as the replica has it. */
  keep: Retention | null;
}
