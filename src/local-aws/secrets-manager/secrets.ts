/** Secrets as they were made, with all of their versions, kept on disk. */
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { readJson, writeJson } from "../common/json-file.ts";
import { AwsFault } from "../common/service.ts";

export interface SecretVersion {
  id: string;
  value: string;
  /** AWSCURRENT, AWSPREVIOUS; none for one that was replaced twice. */
  stages: string[];
  /** Seconds since 1970. */
  created: number;
}

export interface Secret {
  region: string;
  name: string;
  arn: string;
  description: string;
  tags: Record<string, string>;
  versions: SecretVersion[];
}

export class Secrets {
  readonly #path: string;
  readonly #accountId: string;
  #secrets: Secret[];

  constructor(home: string, accountId: string) {
    this.#path = join(home, "secrets-manager", "secrets.json");
    this.#accountId = accountId;
    this.#secrets = readJson<Secret[]>(this.#path) ?? [];
  }

  /** By name or ARN. Throws ResourceNotFoundException. */
  get(region: string, id: string): Secret {
    const isIt = (one: Secret) => one.region === region && (one.name === id || one.arn === id);
    const found = this.#secrets.find(isIt);
    if (found !== undefined) return found;
    throw new AwsFault(
      "ResourceNotFoundException",
      "Secrets Manager can't find the specified secret.",
    );
  }

  /** Doing it again with the same version and value is nothing. Throws ResourceExistsException. */
  create(
    region: string,
    name: string,
    first: { id: string; value: string },
    about: { description: string; tags: Record<string, string> },
  ): Secret {
    const existing = this.#secrets.find((one) => one.region === region && one.name === name);
    if (existing !== undefined) {
      const same = existing.versions.find(({ id }) => id === first.id);
      if (same?.value === first.value) return existing;
      throw new AwsFault(
        "ResourceExistsException",
        `The operation failed because the secret ${name} already exists.`,
      );
    }
    const suffix = randomBytes(8).toString("base64url").replace(/\W/g, "x").slice(0, 6);
    const arn = `arn:aws:secretsmanager:${region}:${this.#accountId}:secret:${name}-${suffix}`;
    const versions = [{ ...first, stages: ["AWSCURRENT"], created: Date.now() / 1000 }];
    const secret = { region, name, arn, ...about, versions };
    this.#secrets.push(secret);
    this.#save();
    return secret;
  }

  /** A new current version; what was current is the previous one. */
  put(region: string, id: string, next: { id: string; value: string }): Secret {
    const secret = this.get(region, id);
    const same = secret.versions.find((one) => one.id === next.id);
    if (same !== undefined) {
      if (same.value === next.value) return secret;
      throw new AwsFault(
        "ResourceExistsException",
        `You can't use ClientRequestToken ${next.id} because that value is already in use for a version of secret ${secret.arn}.`,
      );
    }
    const earlier = secret.versions
      .map((one) => ({ ...one, stages: one.stages.includes("AWSCURRENT") ? ["AWSPREVIOUS"] : [] }))
      // Versions without a stage are deprecated, and the service may remove them.
      .slice(-20);
    secret.versions = [...earlier, { ...next, stages: ["AWSCURRENT"], created: Date.now() / 1000 }];
    this.#save();
    return secret;
  }

  /** Throws ResourceNotFoundException. */
  version(region: string, id: string, wanted: { id?: string; stage?: string }): SecretVersion {
    const { versions } = this.get(region, id);
    const { id: versionId, stage = versionId === undefined ? "AWSCURRENT" : undefined } = wanted;
    const found = versions.find(
      (one) =>
        (versionId === undefined || one.id === versionId) &&
        (stage === undefined || one.stages.includes(stage)),
    );
    if (found !== undefined) return found;
    throw new AwsFault(
      "ResourceNotFoundException",
      `Secrets Manager can't find the specified secret value for ${versionId === undefined ? `staging label: ${stage}` : `VersionId: ${versionId}`}`,
    );
  }

  /** Without a time to think it over. */
  delete(region: string, id: string): Secret {
    const secret = this.get(region, id);
    this.#secrets = this.#secrets.filter((one) => one !== secret);
    this.#save();
    return secret;
  }

  #save(): void {
    writeJson(this.#path, this.#secrets);
  }
}
