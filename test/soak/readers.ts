/** Readers of the site: each answer has to be one whole edition, or an error that is a sentence. */
import { setTimeout as sleep } from "node:timers/promises";
import { notASentence } from "./sentences.ts";

/** Until an edition that was published is read, on a machine that is very busy. */
const SEEN_WITHIN_MS = 180_000;
/** For so long after that an environment may still answer with an edition before. */
const LATE_MS = 120_000;

export class Readers {
  answers = 0;
  refusals = 0;
  /** Answers with an edition before the one that others had read already, and by how much the latest was. */
  late = 0;
  latestMs = 0;
  readonly problems: string[] = [];
  /** Errors that were read, and how often. */
  readonly sentences = new Map<string, number>();
  readonly #url: string;
  readonly #site: string;
  readonly #rows: number;
  readonly #possible: () => ReadonlySet<number>;
  #isStopped = false;
  #seenAt = 0;
  #running: Promise<void>[] = [];

  constructor(url: string, site: string, rows: number, possible: () => ReadonlySet<number>) {
    this.#url = url;
    this.#site = site;
    this.#rows = rows;
    this.#possible = possible;
  }

  start(count: number): void {
    this.#running = Array.from({ length: count }, async () => {
      while (!this.#isStopped) {
        await this.#read();
        await sleep(50);
      }
    });
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await Promise.all(this.#running);
  }

  /** Resolves when this edition is served; notes a problem when it is not in time. */
  async see(edition: number): Promise<void> {
    const end = Date.now() + SEEN_WITHIN_MS;
    while (Date.now() < end) {
      if ((await this.#read()) === edition) {
        this.#seenAt = performance.now();
        return;
      }
      await sleep(100);
    }
    this.problems.push(`edition ${edition} was published and not read within 180 s`);
  }

  /** The edition that an answer has; null for an error. */
  async #read(): Promise<number | null> {
    const before = new Set(this.#possible());
    const sql = "select title, count(*) as rows from items group by title";
    const path = `/${this.#site}/-/query.json?sql=${encodeURIComponent(sql)}`;
    const response = await fetch(new URL(path, this.#url)).catch(() => null);
    if (response === null) return null;
    const text = await response.text();
    this.answers += 1;
    if (!response.ok) {
      this.#note(response.status, text);
      return null;
    }
    const { rows } = JSON.parse(text) as { rows: { title: string; rows: number }[] };
    const [only] = rows;
    if (rows.length !== 1 || only?.rows !== this.#rows) {
      this.problems.push(`readers saw ${JSON.stringify(rows).slice(0, 300)}`);
      return null;
    }
    const edition = Number(only.title.replace("edition ", ""));
    if (!before.has(edition) && !this.#possible().has(edition)) this.#noteOther(edition, before);
    return edition;
  }

  /**
   * An environment whose look for a new version takes longer than a request waits answers with what it
   * has: how often that is depends on the machine, and is told. One from the future is wrong.
   */
  #noteOther(edition: number, possible: ReadonlySet<number>): void {
    const ms = performance.now() - this.#seenAt;
    if (edition > Math.max(...possible) || ms > LATE_MS) {
      this.problems.push(`readers saw edition ${edition}, not one of ${[...possible].join(", ")}`);
    }
    this.late += 1;
    this.latestMs = Math.max(this.latestMs, ms);
  }

  #note(status: number, text: string): void {
    this.refusals += 1;
    let sentence = text;
    try {
      sentence = (JSON.parse(text) as { error: string; message?: string }).error ?? text;
    } catch {}
    const key = `${status} ${sentence}`;
    this.sentences.set(key, (this.sentences.get(key) ?? 0) + 1);
    const wrong = notASentence(sentence);
    if (wrong !== null) this.problems.push(`${wrong}: ${key.slice(0, 300)}`);
  }
}
