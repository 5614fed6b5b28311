/** Policies of CloudFront: those of stacks, kept on disk, and AWS's own. */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { readJson, writeJson } from "../common/json-file.ts";
import { AwsFault } from "../common/service.ts";

/** Which of a request's headers, cookies or parameters are meant. */
export interface Choice {
  behavior: "none" | "whitelist" | "allViewer" | "allExcept" | "all";
  /** Headers in lower case. */
  names: string[];
}

export interface CachePolicy {
  kind: "cache-policy";
  name: string;
  /** Seconds. */
  minTtl: number;
  defaultTtl: number;
  maxTtl: number;
  gzip: boolean;
  brotli: boolean;
  headers: Choice;
  cookies: Choice;
  queryStrings: Choice;
}

export interface OriginRequestPolicy {
  kind: "origin-request-policy";
  name: string;
  headers: Choice;
  cookies: Choice;
  queryStrings: Choice;
}

export interface ResponseHeadersPolicy {
  kind: "response-headers-policy";
  name: string;
  headers: { name: string; value: string; override: boolean }[];
}

export type Policy = CachePolicy | OriginRequestPolicy | ResponseHeadersPolicy;

const none: Choice = { behavior: "none", names: [] };

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-cache-policies.html */
const MANAGED: Record<string, Policy> = {
  "4135ea2d-6844-44df-b05b-000386a87bad": {
    kind: "cache-policy",
    name: "Managed-CachingDisabled",
    minTtl: 0,
    defaultTtl: 0,
    maxTtl: 0,
    gzip: false,
    brotli: false,
    headers: none,
    cookies: none,
    queryStrings: none,
  },
  "b689b0a8-53d0-40ab-baf2-68738e2966ac": {
    kind: "origin-request-policy",
    name: "Managed-AllViewerExceptHostHeader",
    headers: { behavior: "allExcept", names: ["host"] },
    cookies: { behavior: "all", names: [] },
    queryStrings: { behavior: "all", names: [] },
  },
};

interface Stored {
  id: string;
  policy: Policy;
}

export class Policies {
  readonly #path: string;
  #stored: Stored[];

  constructor(home: string) {
    this.#path = join(home, "cloudfront", "policies.json");
    this.#stored = readJson<Stored[]>(this.#path) ?? [];
  }

  /** Creating again with the same token gives the same policy. Throws when its name is taken. */
  create(policy: Policy, token: string): string {
    const id = idOf(token);
    const taken = this.#stored.some(
      (one) => one.id !== id && one.policy.kind === policy.kind && one.policy.name === policy.name,
    );
    if (taken) {
      const code = {
        "cache-policy": "CachePolicyAlreadyExists",
        "origin-request-policy": "OriginRequestPolicyAlreadyExists",
        "response-headers-policy": "ResponseHeadersPolicyAlreadyExists",
      }[policy.kind];
      throw new AwsFault(code, `A policy with the name ${policy.name} already exists.`, 409);
    }
    this.#put(id, policy);
    return id;
  }

  update(id: string, policy: Policy): void {
    if (!this.#stored.some((one) => one.id === id)) throw noSuch(id);
    this.#put(id, policy);
  }

  delete(id: string): void {
    this.#stored = this.#stored.filter((one) => one.id !== id);
    this.#save();
  }

  /** Throws when there is no such policy of this kind. */
  find<K extends Policy["kind"]>(kind: K, id: string): Extract<Policy, { kind: K }> {
    const found = MANAGED[id] ?? this.#stored.find((one) => one.id === id)?.policy;
    if (found?.kind === kind) return found as Extract<Policy, { kind: K }>;
    throw noSuch(id);
  }

  #put(id: string, policy: Policy): void {
    this.#stored = [...this.#stored.filter((one) => one.id !== id), { id, policy }];
    this.#save();
  }

  #save(): void {
    writeJson(this.#path, this.#stored);
  }
}

function noSuch(id: string): AwsFault {
  return new AwsFault("InvalidArgument", `The specified policy ${id} does not exist.`);
}

/** Like AWS's: a UUID. */
export function idOf(token: string): string {
  const hex = createHash("sha256").update(token).digest("hex");
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20, 32),
  ].join("-");
}
