/** Buckets and their configuration. */
import type Database from "better-sqlite3";
import { AwsFault } from "../common/service.ts";
import type { CorsRule } from "./cors.ts";
import { parsePolicy } from "./policy.ts";

export interface Bucket {
  name: string;
  region: string;
  /** Milliseconds since 1970. */
  createdAt: number;
}

export type Versioning = "Unversioned" | "Enabled" | "Suspended";

/**
 * Configuration that is kept and given back. All but "notification" changes nothing here: the local S3 always encrypts
 * as little as it always blocks the public, and nobody waits a day for a lifecycle rule.
 */
export type StoredConfiguration =
  | "encryption"
  | "publicAccessBlock"
  | "ownershipControls"
  | "lifecycle"
  | "tagging"
  | "notification";

export class Buckets {
  readonly #index: Database.Database;

  constructor(index: Database.Database) {
    this.#index = index;
  }

  /** Throws InvalidBucketName, or BucketAlreadyOwnedByYou when it exists. */
  create(name: string, region: string): void {
    requireValidName(name);
    const { changes } = this.#index
      .prepare("INSERT OR IGNORE INTO bucket (name, region, created_at) VALUES (?, ?, ?)")
      .run(name, region, Date.now());
    if (changes === 0) {
      throw new AwsFault(
        "BucketAlreadyOwnedByYou",
        "Your previous request to create the named bucket succeeded and you already own it.",
        409,
        { details: { BucketName: name } },
      );
    }
  }

  /** Throws NoSuchBucket, or BucketNotEmpty while any version, delete marker or upload is left in it. */
  delete(name: string): void {
    this.get(name);
    const occupied = this.#index
      .prepare(
        `SELECT EXISTS (SELECT 1 FROM object_version WHERE bucket = :name) OR
                EXISTS (SELECT 1 FROM upload WHERE bucket = :name)`,
      )
      .pluck()
      .get({ name });
    if (occupied) {
      throw new AwsFault("BucketNotEmpty", "The bucket you tried to delete is not empty", 409, {
        details: { BucketName: name },
      });
    }
    this.#index.prepare("DELETE FROM bucket WHERE name = ?").run(name);
  }

  find(name: string): Bucket | undefined {
    return this.#index
      .prepare<[string], Bucket>(
        "SELECT name, region, created_at AS createdAt FROM bucket WHERE name = ?",
      )
      .get(name);
  }

  /** Throws NoSuchBucket. */
  get(name: string): Bucket {
    const bucket = this.find(name);
    if (bucket === undefined) {
      throw new AwsFault("NoSuchBucket", "The specified bucket does not exist", 404, {
        details: { BucketName: name },
      });
    }
    return bucket;
  }

  /** By name. */
  list(): Bucket[] {
    return this.#index
      .prepare<[], Bucket>("SELECT name, region, created_at AS createdAt FROM bucket ORDER BY name")
      .all();
  }

  versioning(name: string): Versioning {
    return (this.#configuration(name, "versioning") as Versioning | undefined) ?? "Unversioned";
  }

  setVersioning(name: string, status: "Enabled" | "Suspended"): void {
    this.#configure(name, "versioning", status);
  }

  /** The policy document as it was put, or undefined. */
  policy(name: string): unknown {
    return this.#configuration(name, "policy");
  }

  /**
   * Sets the policy, or removes it with undefined. Throws MalformedPolicy, or NotImplemented for
   * anything in the policy that the local S3 would not enforce.
   */
  setPolicy(name: string, document: unknown): void {
    if (document !== undefined) parsePolicy(document, name);
    this.#configure(name, "policy", document);
  }

  /** None where there is no such bucket. */
  corsRules(name: string): CorsRule[] {
    if (this.find(name) === undefined) return [];
    return (this.#configuration(name, "cors") as CorsRule[] | undefined) ?? [];
  }

  setCorsRules(name: string, rules: CorsRule[] | undefined): void {
    this.#configure(name, "cors", rules);
  }

  /** Whether the bucket tells EventBridge of its objects. */
  sendsEvents(name: string): boolean {
    const notification = this.#configuration(name, "notification");
    return (notification as { eventBridge: boolean } | undefined)?.eventBridge ?? false;
  }

  /** A configuration as it was put, or undefined. */
  configuration(name: string, subresource: StoredConfiguration): unknown {
    return this.#configuration(name, subresource);
  }

  /** Keeps a JSON value; undefined removes it. */
  configure(name: string, subresource: StoredConfiguration, value: unknown): void {
    this.#configure(name, subresource, value);
  }

  #configuration(name: string, subresource: string): unknown {
    this.get(name);
    const value = this.#index
      .prepare<[string, string], string>(
        "SELECT value FROM bucket_configuration WHERE bucket = ? AND subresource = ?",
      )
      .pluck()
      .get(name, subresource);
    return value === undefined ? undefined : JSON.parse(value as unknown as string);
  }

  #configure(name: string, subresource: string, value: unknown): void {
    this.get(name);
    if (value === undefined) {
      this.#index
        .prepare("DELETE FROM bucket_configuration WHERE bucket = ? AND subresource = ?")
        .run(name, subresource);
    } else {
      this.#index
        .prepare("INSERT OR REPLACE INTO bucket_configuration VALUES (?, ?, ?)")
        .run(name, subresource, JSON.stringify(value));
    }
  }
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
function requireValidName(name: string): void {
  const wellFormed = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name) && !name.includes("..");
  const looksLikeAddress = /^\d+\.\d+\.\d+\.\d+$/.test(name);
  const reserved = name.startsWith("xn--") || name.endsWith("-s3alias");
  if (!wellFormed || looksLikeAddress || reserved) {
    throw new AwsFault("InvalidBucketName", "The specified bucket is not valid.", 400, {
      details: { BucketName: name },
    });
  }
}
