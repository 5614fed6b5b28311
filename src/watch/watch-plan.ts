/** What is followed, and where its versions go. */
import type { ObjectStore } from "../../runtime/core/store/object-store.ts";
import type { DatabaseFacts, NamedDatabase } from "../../runtime/publisher/facts.ts";
import type { PublishResult } from "../../runtime/publisher/publish/publish.ts";
import type { Source } from "./source.ts";
import type { Target } from "./status.ts";

/** Makes versions of what was taken from databases; publish-followed.ts says what the two do. */
export interface VersionPublisher {
  findCurrent(store: ObjectStore): Promise<void>;
  publish(store: ObjectStore, databases: DatabaseFacts[]): Promise<PublishResult>;
}

export interface WatchPlan {
  target: Target;
  /** What messages call the target. */
  name: string;
  intervalMs: number;
  publisher: VersionPublisher;
  /** Where objects go; `isNew`: with clients that know no old credentials. */
  store(isNew: boolean): Promise<ObjectStore>;
  /** All databases that there are by now. */
  files(known: ReadonlySet<string>): Promise<NamedDatabase[]>;
  sourceOf(path: string): Source;
  workFolder: string;
  /** Before what failed is tried again for the first time; by default a second. */
  retryMs?: number;
}
