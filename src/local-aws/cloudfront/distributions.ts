/** Distributions: what they consist of, kept on disk, and when a change of them has reached every location. */
import { createHash } from "node:crypto";
import { join } from "node:path";
import type { Certificates } from "../acm/certificates.ts";
import { readJson, writeJson } from "../common/json-file.ts";
import { AwsFault } from "../common/service.ts";

export interface Origin {
  id: string;
  domainName: string;
  /** Sent with every request. */
  headers: Record<string, string>;
}

export interface Behavior {
  originId: string;
  allowedMethods: string[];
  compress: boolean;
  /** Ids. */
  cachePolicy: string;
  originRequestPolicy: string | null;
  responseHeadersPolicy: string | null;
  /** ARN of the function on requests. */
  viewerRequest: string | null;
}

export interface DistributionConfig {
  enabled: boolean;
  aliases: string[];
  /** In us-east-1; null: only its own name. */
  certificateArn: string | null;
  origins: Origin[];
  behavior: Behavior;
  /** Seconds that errors are kept at least, by status; ten where nothing is said. */
  errorSeconds: Record<string, number>;
  comment: string;
}

export interface Distribution {
  id: string;
  /** Of 127.0.0.1. */
  port: number;
  token: string;
  config: DistributionConfig;
  /** What locations have that the change has not reached; null: it has reached all. */
  before: DistributionConfig | null;
}

/** Opens and closes the ports on which distributions are served. */
export interface EdgePorts {
  open(id: string): Promise<number>;
  /** Listens again on a port that it has had. */
  reopen(id: string, port: number): void;
  close(id: string): Promise<void>;
}

export class Distributions {
  readonly #path: string;
  readonly #distributions: Map<string, Distribution>;
  #ports: EdgePorts | undefined;

  constructor(home: string, certificates: Certificates) {
    this.#path = join(home, "cloudfront", "distributions.json");
    const stored = readJson<Distribution[]>(this.#path) ?? [];
    this.#distributions = new Map(stored.map((one) => [one.id, one]));
    certificates.usedBy((arn) =>
      this.list()
        .filter(({ config, before }) => [config, before].some((one) => one?.certificateArn === arn))
        .map(({ id }) => `arn:aws:cloudfront::000000000000:distribution/${id}`),
    );
  }

  serveOn(ports: EdgePorts): void {
    this.#ports = ports;
    for (const { id, port } of this.#distributions.values()) ports.reopen(id, port);
  }

  find(id: string): Distribution | undefined {
    return this.#distributions.get(id);
  }

  list(): Distribution[] {
    return [...this.#distributions.values()];
  }

  /** Creating again with the same token gives the same distribution. It is not deployed yet. */
  async create(config: DistributionConfig, token: string): Promise<Distribution> {
    const id = `E${createHash("sha256").update(token).digest("hex").slice(0, 13).toUpperCase()}`;
    this.#requireFree(id, config.aliases);
    if (this.#ports === undefined) throw new Error("distributions are made while the server runs");
    const port = this.find(id)?.port ?? (await this.#ports.open(id));
    return this.#put({ id, port, token, config, before: { ...config, enabled: false } });
  }

  update(id: string, config: DistributionConfig): Distribution {
    const existing = this.find(id);
    if (existing === undefined) throw new AwsFault("NoSuchDistribution", id, 404);
    this.#requireFree(id, config.aliases);
    return this.#put({ ...existing, config, before: existing.before ?? existing.config });
  }

  /** The change has reached every location. */
  deployed(id: string): void {
    const existing = this.find(id);
    if (existing !== undefined) this.#put({ ...existing, before: null });
  }

  /** Throws DistributionNotDisabled: whoever deletes one disables it first. */
  async delete(id: string): Promise<void> {
    const existing = this.find(id);
    if (existing === undefined) return;
    if (existing.config.enabled || existing.before !== null) {
      throw new AwsFault(
        "DistributionNotDisabled",
        "The distribution you are trying to delete has not been disabled.",
        409,
      );
    }
    this.#distributions.delete(id);
    this.#save();
    await this.#ports?.close(id);
  }

  /** Throws when a distribution uses a policy or function. */
  requireUnused(id: string): void {
    const isUsed = ({ config: { behavior } }: Distribution) =>
      [
        behavior.cachePolicy,
        behavior.originRequestPolicy,
        behavior.responseHeadersPolicy,
        behavior.viewerRequest,
      ].includes(id);
    if (!this.list().some(isUsed)) return;
    throw new AwsFault("ResourceInUse", `${id} is used by a distribution.`, 409);
  }

  #requireFree(id: string, aliases: string[]): void {
    const taken = this.list()
      .filter((one) => one.id !== id)
      .flatMap((one) => one.config.aliases)
      .find((alias) => aliases.includes(alias));
    if (taken === undefined) return;
    throw new AwsFault(
      "CNAMEAlreadyExists",
      `One or more of the CNAMEs you provided are already associated with a different resource: ${taken}`,
      409,
    );
  }

  #put(one: Distribution): Distribution {
    this.#distributions.set(one.id, one);
    this.#save();
    return one;
  }

  #save(): void {
    writeJson(this.#path, this.list());
  }
}

/** `127.0.0.1:PORT`, where AWS has `d111111abcdef8.cloudfront.net`. */
export function domainNameOf({ port }: Pick<Distribution, "port">): string {
  return `127.0.0.1:${port}`;
}
