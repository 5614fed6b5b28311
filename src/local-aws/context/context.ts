/** What every service of the local AWS is given. */
import type { Faults } from "../common/faults.ts";
import type { NeededActions } from "../iam/needed-actions.ts";
import type { Logs } from "../logs/logs.ts";
import type { Buckets } from "../s3/buckets.ts";
import type { Objects } from "../s3/objects.ts";

export interface LocalContext {
  /** State folder, absolute. A service keeps its own state in a folder of its name below it. */
  home: string;
  /** Region when a request or a caller names none. */
  region: string;
  accountId: string;
  faults: Faults;
  buckets: Buckets;
  objects: Objects;
  logs: Logs;
  /** What the account's owner would have needed to be allowed. */
  neededActions: NeededActions;
  /** `http://127.0.0.1:PORT` of this server; known once it listens, so ask when it is needed. */
  endpoint(): string;
}
