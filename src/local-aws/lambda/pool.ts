/** The environments of one function: reused when free, started when all are busy. */
import { AwsFault } from "../common/service.ts";
import type { Environment } from "./environment.ts";
import { DEFAULT_CONCURRENCY } from "./limits.ts";

/** Lambda keeps an idle environment for some minutes; it does not say how many. */
const IDLE_MILLISECONDS = 10 * 60 * 1000;

export class Pool {
  /** Frozen and ready, the least recently used first, each with the timer that ends it. */
  readonly #idle = new Map<Environment, NodeJS.Timeout>();
  readonly #busy = new Set<Environment>();
  /** Of environments that died in a request: Lambda starts the next one in the same place. */
  #abandonedFolders: string[] = [];

  /** A free environment of a revision, if there is one. It is busy until `release` or `end`. */
  take(revisionId: string): Environment | undefined {
    const free = [...this.#idle.keys()].findLast(
      (environment) => environment.revisionId === revisionId && environment.alive,
    );
    if (free === undefined) return undefined;
    this.#forget(free);
    this.#busy.add(free);
    return free;
  }

  /** Adds a busy environment. Throws TooManyRequestsException when there are enough. */
  start(
    create: (abandonedFolder: string | undefined) => Environment,
    limit = DEFAULT_CONCURRENCY,
  ): Environment {
    if (this.#busy.size >= limit) {
      throw new AwsFault("TooManyRequestsException", "Rate Exceeded.", 429, {
        details: { Reason: "ReservedFunctionConcurrentInvocationLimitExceeded" },
      });
    }
    const environment = create(this.#abandonedFolders.pop());
    this.#busy.add(environment);
    return environment;
  }

  /** Makes an environment free again, or ends it when the function has changed meanwhile. */
  async release(environment: Environment, revisionId: string | undefined): Promise<void> {
    this.#busy.delete(environment);
    if (environment.revisionId !== revisionId) return environment.end();
    if (!environment.alive) {
      this.#abandonedFolders.push(environment.folder);
      return;
    }
    const timer = setTimeout(() => {
      this.#forget(environment);
      void environment.end();
    }, IDLE_MILLISECONDS);
    timer.unref();
    this.#idle.set(environment, timer);
  }

  /** Ends the free environments; busy ones end when they are released. */
  async retire(): Promise<void> {
    const free = [...this.#idle.keys()];
    for (const environment of free) this.#forget(environment);
    this.#abandonedFolders = [];
    await Promise.all(free.map((environment) => environment.end()));
  }

  /** Ends all. */
  async close(): Promise<void> {
    await Promise.all([this.retire(), ...[...this.#busy].map((environment) => environment.end())]);
  }

  #forget(environment: Environment): void {
    clearTimeout(this.#idle.get(environment));
    this.#idle.delete(environment);
  }
}
