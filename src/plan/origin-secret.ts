/**
 * The secret that CloudFront sends to the API, and which the API lets in: when it is renewed, and which are good
 * meanwhile. Pure. A secret is known here by the SHA-256 of its text, which is also what its version is called in
 * Secrets Manager.
 */

/** What Secrets Manager has. */
export interface StoredSecret {
  current: { hash: string; created: Date } | null;
  /** The one before. */
  previous: string | null;
}

export interface SecretPlan {
  /** The one that CloudFront is to send. */
  hash: string;
  /** Whether it is still to be stored. */
  isNew: boolean;
  /** Those that the API lets in, `hash` first. */
  accepted: string[];
}

const RENEW_AFTER_MS = 30 * 24 * 3600_000;
/** As long as CloudFront may need until all of its locations send the new one, and more. */
const PREVIOUS_IS_GOOD_MS = 3600_000;

/**
 * `sent`: what the deployed distribution sends; null: there is none. `fresh`: one that could become the next.
 * What may be sent while this is carried out is accepted, so no visitor is turned away.
 */
export function planSecret(
  stored: StoredSecret,
  sent: string | null,
  fresh: string,
  now: Date,
  isForced: boolean,
): SecretPlan {
  const { current, previous } = stored;
  const age =
    current === null ? Number.POSITIVE_INFINITY : now.getTime() - current.created.getTime();
  const isNew = isForced || current === null || age > RENEW_AFTER_MS;
  const hash = isNew ? fresh : current.hash;
  const before = isNew ? [current?.hash ?? null] : age < PREVIOUS_IS_GOOD_MS ? [previous] : [];
  const all = [hash, sent, ...before].filter((each) => each !== null);
  return { hash, isNew, accepted: [...new Set(all)] };
}
