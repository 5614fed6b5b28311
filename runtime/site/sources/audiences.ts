/**
 * One version of the site for readers who may see different things: whoever the rules treat alike is shown the
 * same Site, with connections, facts and remembered answers that only such readers share. Few are open at a
 * time. Loaded when the first reader has signed in.
 */
import type { Identity } from "../../core/access/actor.ts";
import { type AllowBlock, admits } from "../../core/access/allow.ts";
import type { SiteConfig } from "../../core/config/site-config.ts";
import type { InFlight } from "../in-flight.ts";
import { ScopedVisitor } from "../scoped-visitor.ts";
import { allowsOf, Visitor } from "../visitor.ts";
import type { Audience, PublishedSite } from "./published-site.ts";

/** Beside the one for those who are not signed in. Each has a connection to every database that it uses. */
const MOST_OPEN = 8;

export class Audiences {
  readonly #blocks: readonly AllowBlock[];
  readonly #open: (audience: Audience) => PublishedSite;
  readonly #inFlight: InFlight;
  readonly #strangersKey: string;
  /** By key, the one that was used longest ago first. */
  readonly #opened = new Map<string, PublishedSite>();

  constructor(config: SiteConfig, open: (audience: Audience) => PublishedSite, inFlight: InFlight) {
    this.#blocks = blocksOf(config);
    this.#open = open;
    this.#inFlight = inFlight;
    this.#strangersKey = audienceKey(this.#blocks, null);
  }

  /** null for readers who see what those see who are not signed in. */
  of(identity: Identity): PublishedSite | null {
    const key = audienceKey(this.#blocks, identity);
    if (key === this.#strangersKey) return null;
    const site = this.#opened.get(key) ?? this.#open({ key, visitor: visitorFor(identity) });
    this.#opened.delete(key);
    this.#opened.set(key, site);
    for (const [oldest, unused] of this.#opened) {
      if (this.#opened.size <= MOST_OPEN) break;
      this.#opened.delete(oldest);
      this.#inFlight.whenTheseEnd(() => unused.close());
    }
    return site;
  }

  /** No request may be using any of them any more. */
  close(): void {
    for (const site of this.#opened.values()) site.close();
    this.#opened.clear();
  }
}

function visitorFor({ actor, scopes }: Identity): Audience["visitor"] {
  return (config) =>
    scopes === undefined ? new Visitor(config, actor) : new ScopedVisitor(config, actor, scopes);
}

/** Every block whose outcome depends on who asks. */
function blocksOf(config: SiteConfig): AllowBlock[] {
  return allowsOf(config, [...config.databases.values()]).filter(
    (allow) => typeof allow !== "boolean",
  );
}

/** The outcome of each block, and what a token is limited to: all that a Visitor decides by. */
function audienceKey(blocks: readonly AllowBlock[], identity: Identity | null): string {
  const actor = identity?.actor ?? null;
  const outcomes = blocks.map((block) => (admits(block, actor) ? "1" : "0")).join("");
  return `${outcomes} ${JSON.stringify(identity?.scopes ?? null)}`;
}
