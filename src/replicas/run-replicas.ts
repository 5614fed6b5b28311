/** `dsl replicate` until it is stopped: each database is followed on its own, so that one that fails holds up none. */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { DslError } from "../../runtime/core/dsl-error.ts";
import { explainAwsError } from "../aws/errors.ts";
import type { Reporter } from "../terminal/reporter.ts";
import { LiveSource } from "../watch/live-source.ts";
import type { WatchStatus } from "../watch/status.ts";
import { Watch } from "../watch/watch.ts";
import type { VersionPublisher } from "../watch/watch-plan.ts";
import type { Replica } from "./replica.ts";
import { Turns } from "./turns.ts";

/** Each version that is sent has some 30 MB of blocks in memory. */
const AT_ONCE = 4;
/** Between two looks for new files. */
const FILES_MS = 2_000;

interface Run {
  watch: Watch;
  /** Why it has ended before it was told to. */
  failure: DslError | Error | null;
  ended: Promise<void>;
}

export class ReplicaRuns {
  readonly #workFolder: string;
  readonly #reporter: Reporter;
  readonly #stop: AbortSignal;
  readonly #turns = new Turns(AT_ONCE);
  readonly #runs = new Map<string, Run>();

  constructor(workFolder: string, stop: AbortSignal, reporter: Reporter) {
    this.#workFolder = workFolder;
    this.#reporter = reporter;
    this.#stop = stop;
  }

  get statuses(): WatchStatus[] {
    return [...this.#runs.values()].map(({ watch, failure }) =>
      failure === null ? watch.status : { ...watch.status, error: failure.message },
    );
  }

  /** Files that are followed, or were. */
  get paths(): Set<string> {
    return new Set(this.statuses.flatMap(({ databases }) => databases.map(({ path }) => path)));
  }

  has(name: string): boolean {
    return this.#runs.has(name);
  }

  /** Begins to follow the replica's database. */
  async start(replica: Replica): Promise<void> {
    const { database, url } = replica;
    const workFolder = join(this.#workFolder, String(this.#runs.size));
    await mkdir(workFolder);
    const watch = new Watch(
      {
        target: { replica: url },
        name: url,
        intervalMs: replica.intervalMs,
        publisher: this.#inTurn(replica.publisher),
        store: (isNew) => replica.store(isNew),
        files: async () => [database],
        sourceOf: (path) => new LiveSource(path),
        workFolder,
      },
      this.#reporter,
    );
    await watch.findFiles();
    const run: Run = { watch, failure: null, ended: Promise.resolve() };
    this.#runs.set(database.name, run);
    run.ended = watch.run(this.#stop).catch((error) => {
      const explained = explainAwsError(error);
      run.failure = explained instanceof Error ? explained : new Error(String(explained));
      if (this.#runs.size > 1) this.#reporter.warn(ending(url, run.failure));
    });
  }

  /**
   * Until it is stopped, or nothing is left to follow; `find` is called again and again. Throws the first error
   * that ended one before that.
   */
  async run(find: (() => Promise<void>) | null): Promise<void> {
    while (!this.#stop.aborted && (find !== null || !this.#allFailed)) {
      await find?.();
      await Promise.race([
        sleep(FILES_MS, undefined, { signal: this.#stop }).catch(() => {}),
        ...(find === null ? [this.#ended()] : []),
      ]);
    }
    await this.#ended();
    const failed = [...this.#runs.values()].find(({ failure }) => failure !== null);
    if (failed !== undefined) throw failed.failure;
  }

  get #allFailed(): boolean {
    return [...this.#runs.values()].every(({ failure }) => failure !== null);
  }

  async #ended(): Promise<void> {
    await Promise.all([...this.#runs.values()].map(({ ended }) => ended));
  }

  #inTurn(publisher: VersionPublisher): VersionPublisher {
    return {
      findCurrent: (store) => publisher.findCurrent(store),
      publish: (store, databases) => this.#turns.take(() => publisher.publish(store, databases)),
    };
  }
}

function ending(url: string, failure: DslError | Error): string {
  const hint = failure instanceof DslError ? ` Try: ${failure.hint}.` : "";
  return `${url} is no longer replicated to: ${failure.message}.${hint} The others go on`;
}
