/** Who may do what: the role of whoever asks, and the bucket's policy. */
import { AwsFault, type Permits } from "../common/service.ts";
import type { Buckets } from "./buckets.ts";
import { isDenied } from "./policy.ts";

export function bucketArn(bucket: string): string {
  return `arn:aws:s3:::${bucket}`;
}

export function objectArn(bucket: string, key: string): string {
  return `${bucketArn(bucket)}/${key}`;
}

/** The permissions of one request. */
export class Authorization {
  readonly #buckets: Buckets;
  readonly #permits: Permits;
  readonly #accessKeyId: string;
  readonly #prefix: string | undefined;

  /** `prefix`: what the keys begin with that are to be listed. */
  constructor(buckets: Buckets, permits: Permits, accessKeyId: string, prefix?: string) {
    this.#buckets = buckets;
    this.#permits = permits;
    this.#accessKeyId = accessKeyId;
    this.#prefix = prefix;
  }

  /** By the role and by the policy of the bucket, which has to exist. */
  allows(action: string, bucket: string, key = ""): boolean {
    const resource = key === "" ? bucketArn(bucket) : objectArn(bucket, key);
    const policy = this.#buckets.policy(bucket);
    if (policy !== undefined && isDenied(policy, bucket, { action, resource })) return false;
    return this.#permits(this.#accessKeyId, action, resource, this.#prefix);
  }

  /** Throws AccessDenied. */
  require(action: string, bucket: string, key = ""): void {
    if (!this.allows(action, bucket, key)) throw accessDenied();
  }

  /** The same by the role alone. */
  requireByRole(action: string, resource: string): void {
    if (!this.#permits(this.#accessKeyId, action, resource)) throw accessDenied();
  }
}

export function accessDenied(): AwsFault {
  return new AwsFault("AccessDenied", "Access Denied", 403);
}
