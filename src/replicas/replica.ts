/** One database and the place that it is replicated to. */
import { hostname, userInfo } from "node:os";
import { MANIFEST_KEY, type Manifest, type Publisher } from "../../runtime/core/format/manifest.ts";
import type { Retention } from "../../runtime/core/format/retention.ts";
import { SOFTWARE } from "../../runtime/core/software.ts";
import type { ObjectStore } from "../../runtime/core/store/object-store.ts";
import type { NamedDatabase } from "../../runtime/publisher/facts.ts";
import { readPublished } from "../../runtime/publisher/publish/published.ts";
import type { AwsClients } from "../aws/clients.ts";
import type { AwsClock } from "../watch/aws-clock.ts";
import { FollowedPublisher } from "../watch/publish-followed.ts";
import { claimPlace } from "./claim.ts";
import type { Destination } from "./destination.ts";
import { type OpenPlace, openPlace } from "./open-place.ts";

export class Replica {
  readonly database: NamedDatabase;
  /** What messages, metrics and the status call it. */
  readonly url: string;
  readonly intervalMs: number;
  readonly publisher: FollowedPublisher;
  readonly #destination: Destination;
  readonly #connect: (isNew: boolean) => Promise<AwsClients>;
  readonly #clock: AwsClock;
  #place: OpenPlace | null = null;

  /** `keep`: which versions are kept from now on; null: as it has it. `connect(true)` reads credentials again. */
  constructor(
    database: NamedDatabase,
    destination: Destination,
    { intervalMs, keep }: { intervalMs: number; keep: Retention | null },
    connect: (isNew: boolean) => Promise<AwsClients>,
    clock: AwsClock,
  ) {
    this.database = database;
    this.url = destination.url;
    this.intervalMs = intervalMs;
    this.#destination = destination;
    this.#connect = connect;
    this.#clock = clock;
    const read = async (store: ObjectStore) => {
      await this.claim();
      return readPublished(store);
    };
    this.publisher = new FollowedPublisher(SOFTWARE, replicator(), keep, () => clock.now(), read);
  }

  /** Where its objects are; `isNew`: with clients that know no old credentials. */
  async store(isNew: boolean): Promise<ObjectStore> {
    if (this.#place === null || isNew) {
      this.#place = await openPlace(this.#destination, () => this.#connect(isNew));
    }
    const { store, client } = this.#place;
    if (client !== null) {
      // Not HEAD: its answer would not say what is wrong.
      if (isNew || this.#clock.isUnknown) await store.getRange(MANIFEST_KEY, 0, 1);
      this.#clock.follow(client);
    }
    return store;
  }

  /** Makes the place this database's, unless it is. Throws a DslError where it is somebody else's. */
  async claim(): Promise<Manifest> {
    await this.store(false);
    return claimPlace(this.#place!, this.database.name, replicator());
  }
}

/** Other services than AWS know no identities; who and where is what somebody asks who finds another replicator. */
function replicator(): Publisher {
  return { who: `${userName()}@${hostname()}`, what: "replicate" };
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // Containers may run as users without a name.
    return String(process.getuid?.() ?? "unknown");
  }
}
