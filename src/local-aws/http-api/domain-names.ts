/** Domain names of HTTP APIs, and to which API each leads; kept on disk. */
import { createHash } from "node:crypto";
import { join } from "node:path";
import type { Certificates } from "../acm/certificates.ts";
import { readJson, writeJson } from "../common/json-file.ts";
import { AwsFault } from "../common/service.ts";
import type { Apis } from "./apis.ts";

export interface DomainName {
  name: string;
  region: string;
  certificateArn: string;
  tags: Record<string, string>;
  token: string;
  mapping: { id: string; apiId: string } | null;
}

/** API Gateway's own zone; each region has another one. */
const REGIONAL_ZONE = "Z1UJRXOUMOOFQ8";

export class DomainNames {
  readonly #path: string;
  readonly #certificates: Certificates;
  readonly #apis: Apis;
  #names: DomainName[];

  constructor(home: string, certificates: Certificates, apis: Apis) {
    this.#path = join(home, "http-api", "domain-names.json");
    this.#certificates = certificates;
    this.#apis = apis;
    this.#names = readJson<DomainName[]>(this.#path) ?? [];
    certificates.usedBy((arn) =>
      this.#names.filter(({ certificateArn }) => certificateArn === arn).map((each) => arnOf(each)),
    );
  }

  /** Throws ConflictException, or BadRequestException for a certificate that does not fit. */
  create(
    region: string,
    name: string,
    certificateArn: string,
    tags: Record<string, string>,
    token: string,
  ): DomainName {
    this.#certificates.requireUsable(region, certificateArn, name);
    const existing = this.#names.find((each) => each.name === name);
    if (existing !== undefined && existing.token !== token) {
      throw new AwsFault("ConflictException", "The domain name you provided already exists.", 409);
    }
    const made = { name, region, certificateArn, tags, token, mapping: existing?.mapping ?? null };
    this.#put(made);
    return made;
  }

  /** Throws NotFoundException, or BadRequestException. */
  update(name: string, certificateArn: string, tags: Record<string, string>): DomainName {
    const existing = this.#get(name);
    this.#certificates.requireUsable(existing.region, certificateArn, name);
    const changed = { ...existing, certificateArn, tags };
    this.#put(changed);
    return changed;
  }

  delete(name: string): void {
    this.#names = this.#names.filter((each) => each.name !== name);
    this.#save();
  }

  /** All of its paths lead to the API. Throws NotFoundException, BadRequestException or ConflictException. */
  map(name: string, apiId: string, stage: string, id: string): void {
    const existing = this.#get(name);
    if (this.#apis.find(apiId)?.stages[stage] === undefined) {
      throw new AwsFault(
        "BadRequestException",
        `Invalid stage identifier specified: ${stage} of ${apiId}`,
      );
    }
    if (existing.mapping !== null && existing.mapping.id !== id) {
      throw new AwsFault(
        "ConflictException",
        "ApiMapping key already exists for this domain name",
        409,
      );
    }
    this.#put({ ...existing, mapping: { id, apiId } });
  }

  unmap(name: string): void {
    const existing = this.#names.find((each) => each.name === name);
    if (existing !== undefined) this.#put({ ...existing, mapping: null });
  }

  /** The API that requests with this `Host` reach; null: none. */
  apiFor(host: string): string | null {
    const name = host.replace(/:\d+$/, "").toLowerCase();
    return this.#names.find((each) => each.name === name)?.mapping?.apiId ?? null;
  }

  #get(name: string): DomainName {
    const found = this.#names.find((each) => each.name === name);
    if (found !== undefined) return found;
    throw new AwsFault("NotFoundException", "Invalid domain name identifier specified", 404);
  }

  #put(changed: DomainName): void {
    this.#names = [...this.#names.filter(({ name }) => name !== changed.name), changed];
    this.#save();
  }

  #save(): void {
    writeJson(this.#path, this.#names);
  }
}

/** Where aliases of it lead. */
export function regionalNameOf({ name, region, token }: DomainName) {
  const id = createHash("sha256").update(`${name} ${token}`).digest("hex").slice(0, 10);
  return { name: `d-${id}.execute-api.${region}.amazonaws.com`, zoneId: REGIONAL_ZONE };
}

export function arnOf({ name, region }: DomainName): string {
  return `arn:aws:apigateway:${region}::/domainnames/${name}`;
}
