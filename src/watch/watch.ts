/** Following: looks for commits, publishes at most every interval, and goes on whatever fails for a while. */
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { DslError } from "../../runtime/core/dsl-error.ts";
import type { ObjectStore } from "../../runtime/core/store/object-store.ts";
import { collectGarbage } from "../../runtime/publisher/collect/collect.ts";
import type { DatabaseFacts } from "../../runtime/publisher/facts.ts";
import type { PublishResult } from "../../runtime/publisher/publish/publish.ts";
import { awsErrorCode } from "../aws/errors.ts";
import type { Reporter } from "../terminal/reporter.ts";
import { Follower } from "./follower.ts";
import { OTHERS } from "./publish-followed.ts";
import type { WatchStatus } from "./status.ts";
import { Trouble } from "./trouble.ts";
import { VersionLines } from "./version-lines.ts";
import type { WatchPlan } from "./watch-plan.ts";

/** Between two looks for commits: 20 µs each. A log is not begun anew twice in that time. */
const LOOK_MS = 50;
/** Between two looks for new files. */
const FILES_MS = 2_000;
/** Each kept version is read then; the first time soon, because a service may be started often. */
const COLLECT_MS = 3 * 3_600_000;
const FIRST_COLLECT_MS = 600_000;
/** How long the last version may take when everything is stopped. */
const LAST_MS = 30_000;

interface Followed {
  follower: Follower;
  trouble: Trouble;
  facts: DatabaseFacts | null;
  /** While it is looked for commits of it. */
  look: Promise<void> | null;
  /** The last look failed. */
  isBlind: boolean;
  /** When the oldest commit was seen that is being published; null: none is. */
  publishingSince: number | null;
}

export class Watch {
  readonly #plan: WatchPlan;
  readonly #reporter: Reporter;
  readonly #followed = new Map<string, Followed>();
  readonly #publishing: Trouble;
  readonly #lines: VersionLines;
  readonly #startedAt = new Date();
  #versions = 0;
  #bytes = 0;
  #errors = 0;
  #version: number | null = null;
  #lastSuccess: Date | null = null;
  #lastLag: number | null = null;
  #roundAt = Number.NEGATIVE_INFINITY;
  #filesAt = Number.NEGATIVE_INFINITY;
  #collectAt = performance.now() + FIRST_COLLECT_MS;
  #made = 0;

  constructor(plan: WatchPlan, reporter: Reporter) {
    this.#plan = plan;
    this.#reporter = reporter;
    this.#lines = new VersionLines(plan.name, reporter);
    this.#publishing = new Trouble(`Publishing to ${plan.name}`, reporter, plan.retryMs);
  }

  get status(): WatchStatus {
    const now = performance.now();
    return {
      ...this.#plan.target,
      pid: process.pid,
      started_at: this.#startedAt.toISOString(),
      updated_at: new Date().toISOString(),
      version: this.#version,
      versions: this.#versions,
      bytes: this.#bytes,
      errors: this.#errors,
      error: this.#publishing.message,
      last_success: this.#lastSuccess?.toISOString() ?? null,
      last_lag_seconds: this.#lastLag,
      databases: [...this.#followed.values()].map(({ follower, trouble, facts, ...each }) => ({
        name: follower.name,
        path: follower.path,
        error: trouble.message,
        wal: follower.isWal,
        size: facts?.size ?? null,
        lag_seconds: (now - (each.publishingSince ?? follower.newsSince ?? now)) / 1000,
        copies: follower.copies,
        repairs: follower.repairs,
      })),
    };
  }

  /** Until `stop`; then what is left is published. Throws a DslError for what is not for a while only. */
  async run(stop: AbortSignal): Promise<void> {
    const ended = new AbortController();
    const end = AbortSignal.any([stop, ended.signal]);
    const looking = this.#lookUntil(end);
    try {
      while (!stop.aborted) {
        await this.#round(false);
        await pause(LOOK_MS, stop);
      }
      await this.#last();
    } finally {
      ended.abort();
      await looking;
      for (const { follower } of this.#followed.values()) follower.close();
    }
  }

  async #lookUntil(end: AbortSignal): Promise<void> {
    while (!end.aborted) {
      await this.findFiles();
      // A replica far away holds up nobody else.
      for (const each of this.#followed.values()) {
        each.look ??= this.#look(each, false).finally(() => {
          each.look = null;
        });
      }
      await pause(LOOK_MS, end);
    }
    await Promise.all([...this.#followed.values()].map(({ look }) => look));
  }

  /** Looks for databases; to be called before `run`, so that the status has them from the start. */
  async findFiles(): Promise<void> {
    if (performance.now() - this.#filesAt < FILES_MS) return;
    this.#filesAt = performance.now();
    const known = new Set([...this.#followed.values()].map(({ follower }) => follower.path));
    for (const { name, path } of await this.#plan.files(known)) {
      if (this.#followed.has(name)) continue;
      const mirror = join(this.#plan.workFolder, `${this.#made++}.db`);
      const follower = new Follower(name, this.#plan.sourceOf(path), mirror);
      const trouble = new Trouble(`Following ${path}`, this.#reporter, this.#plan.retryMs);
      const followed = { follower, trouble, facts: null, look: null, isBlind: false };
      this.#followed.set(name, { ...followed, publishingSince: null });
      this.#reporter.info(`Following ${path} as ${name}`);
    }
  }

  async #look(each: Followed, isLast: boolean): Promise<void> {
    const { follower, trouble } = each;
    if (!trouble.mayTry) return;
    try {
      await follower.look(isLast);
      if (each.isBlind) trouble.worked();
      each.isBlind = false;
    } catch (error) {
      this.#errors++;
      each.isBlind = true;
      trouble.failed(error);
    }
  }

  /** Publishes what has changed, if it is time; `isLast`: at once. Whether somebody else was faster. */
  async #round(isLast: boolean): Promise<boolean> {
    const isTime = performance.now() - this.#roundAt >= this.#plan.intervalMs;
    if (!isLast && (!isTime || !this.#publishing.mayTry)) return false;
    const due = [...this.#followed.values()].filter(
      ({ follower, trouble }) => trouble.mayTry && follower.isDue(isLast),
    );
    if (due.length === 0) return false;
    this.#roundAt = performance.now();
    const taken: Followed[] = [];
    try {
      const store = await this.#plan.store(this.#publishing.message !== null);
      await this.#plan.publisher.findCurrent(store);
      for (const each of due) {
        if (await this.#take(each)) taken.push(each);
      }
      if (taken.length === 0) return false;
      const facts = taken.map(({ facts }) => facts!);
      const result = await this.#plan.publisher.publish(store, facts);
      const now = performance.now();
      const since = Math.min(...taken.map(({ publishingSince }) => publishingSince ?? now));
      for (const each of taken) {
        each.follower.isPublished = true;
        each.publishingSince = null;
      }
      this.#published(result, since);
      this.#collect(store);
    } catch (error) {
      for (const each of taken) notPublished(each);
      if (error instanceof DslError && error.code === "publish_conflict") {
        // At once again, with what the databases have then.
        this.#roundAt = Number.NEGATIVE_INFINITY;
        return true;
      }
      this.#errors++;
      if (isFinal(error)) throw error;
      this.#publishing.failed(error);
    }
    return false;
  }

  async #take(each: Followed): Promise<boolean> {
    const { follower } = each;
    // Only a check of what is published finds it without news.
    each.publishingSince = follower.newsSince ?? (follower.isPublished ? null : performance.now());
    try {
      each.facts = await follower.take();
      each.trouble.worked();
      return true;
    } catch (error) {
      this.#errors++;
      notPublished(each);
      each.trouble.failed(error);
      return false;
    }
  }

  #published(result: PublishResult, since: number): void {
    this.#publishing.worked();
    this.#lastSuccess = new Date();
    const isNew = result.version !== this.#version;
    this.#version = result.version;
    if (result.bytesUploaded === 0) {
      if (isNew)
        this.#reporter.info(
          `Version ${result.version} of ${this.#plan.name} is what the databases have`,
        );
      return;
    }
    this.#lastLag = (performance.now() - since) / 1000;
    this.#versions++;
    this.#bytes += result.bytesUploaded;
    this.#reporter.event("published", {
      ...this.#plan.target,
      version: result.version,
      blocks_uploaded: result.blocksUploaded,
      bytes_uploaded: result.bytesUploaded,
      lag_seconds: this.#lastLag,
    });
    this.#lines.published(result);
  }

  /** In the background: what old versions needed is removed beside everything else. */
  #collect(store: ObjectStore): void {
    if (performance.now() < this.#collectAt) return;
    this.#collectAt = performance.now() + COLLECT_MS;
    collectGarbage(store, null).catch((error) => {
      const reason = error instanceof Error ? error.message : String(error);
      this.#reporter.warn(`Old versions of ${this.#plan.name} could not be removed: ${reason}`);
    });
  }

  async #last(): Promise<void> {
    const deadline = performance.now() + LAST_MS;
    for (;;) {
      for (const each of this.#followed.values()) {
        await each.look;
        await this.#look(each, true);
      }
      const left = [...this.#followed.values()].filter(({ follower }) => follower.isDue(true));
      if (left.length === 0) return;
      const isOvertaken = await this.#round(true);
      const failing =
        this.#publishing.message ?? left.find(({ trouble }) => trouble.message)?.trouble.message;
      if (failing == null && !isOvertaken) return;
      if (performance.now() > deadline) {
        throw notCaughtUp(this.#plan.name, failing ?? "others publish to it again and again");
      }
      await sleep(LOOK_MS * 10);
    }
  }
}

/** What was seen first is still to be published. */
function notPublished(each: Followed): void {
  each.follower.newsSince = each.publishingSince ?? each.follower.newsSince;
  each.publishingSince = null;
}

/** Going on would be wrong, or useless for ever. */
function isFinal(error: unknown): boolean {
  if (awsErrorCode(error) === "NoSuchBucket") return true;
  return error instanceof DslError && [...OTHERS, "name_taken"].includes(error.code);
}

function notCaughtUp(name: string, reason: string): DslError {
  return new DslError(
    "not_caught_up",
    `The last changes are not published to ${name}: ${reason}`,
    "run this again: it publishes what the databases have then",
  );
}

async function pause(milliseconds: number, stop: AbortSignal): Promise<void> {
  await sleep(milliseconds, undefined, { signal: stop }).catch(() => {});
}
