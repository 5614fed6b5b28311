/** A line about what was published now and then, not one a second for months. */
import { formatBytes, formatCount } from "../../runtime/core/quantities.ts";
import type { PublishResult } from "../../runtime/publisher/publish/publish.ts";
import type { Reporter } from "../terminal/reporter.ts";

const BETWEEN_MS = 10_000;

export class VersionLines {
  readonly #name: string;
  readonly #reporter: Reporter;
  #saidAt = Number.NEGATIVE_INFINITY;
  #unsaid = { versions: 0, blocks: 0, bytes: 0 };

  /** `name` is whose versions they are. */
  constructor(name: string, reporter: Reporter) {
    this.#name = name;
    this.#reporter = reporter;
  }

  published({ version, blocksUploaded, bytesUploaded }: PublishResult): void {
    const unsaid = this.#unsaid;
    unsaid.versions++;
    unsaid.blocks += blocksUploaded;
    unsaid.bytes += bytesUploaded;
    if (performance.now() - this.#saidAt < BETWEEN_MS) return;
    this.#saidAt = performance.now();
    const many = unsaid.versions > 1 ? `, ${unsaid.versions} versions since the last line` : "";
    const sent = `${formatCount(unsaid.blocks, "block")}, ${formatBytes(unsaid.bytes)}`;
    this.#reporter.info(`Version ${version} of ${this.#name}${many}: ${sent}`);
    this.#unsaid = { versions: 0, blocks: 0, bytes: 0 };
  }
}
