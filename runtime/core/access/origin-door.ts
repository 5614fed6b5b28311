/**
 * Where CloudFront is in front of an API, it sends a secret with every request, and the API answers nobody else.
 * What the function's environment has is the SHA-256 of the secret: 256 random bits cannot be found from it.
 */

/** The field of the secret; CloudFront takes what a visitor sends by this name away. */
export const ORIGIN_KEY = "x-dsl-origin-key";

export interface OriginDoor {
  /** SHA-256s in hex of the secrets that are good: the next and the last one while it is renewed. */
  keys: readonly string[];
  /** Whether only those are answered who have one. */
  isClosed: boolean;
}

/** From DSL_ORIGIN_KEYS and DSL_EDGE_ONLY. */
export function originDoor({
  DSL_ORIGIN_KEYS: keys = "",
  DSL_EDGE_ONLY: edgeOnly,
}: Readonly<Record<string, string | undefined>>): OriginDoor {
  return { keys: keys.split(",").filter((key) => key !== ""), isClosed: edgeOnly === "true" };
}

/** `edge`: CloudFront, whose word counts; `anybody`: somebody else; null: nobody who is answered here. */
export function whoComes(door: OriginDoor, key: string | undefined): "edge" | "anybody" | null {
  if (isGood(door, key)) return "edge";
  return door.isClosed ? null : "anybody";
}

function isGood({ keys }: OriginDoor, key: string | undefined): boolean {
  if (keys.length === 0 || key === undefined) return false;
  // Not imported: a function without CloudFront needs none of it at its cold start.
  const { hash, timingSafeEqual } = process.getBuiltinModule("node:crypto");
  const digest = Buffer.from(hash("sha256", key, "hex"));
  let isOne = false;
  // Each is looked at, so that the time tells nothing.
  for (const each of keys) {
    const wanted = Buffer.from(each);
    if (wanted.length === digest.length && timingSafeEqual(wanted, digest)) isOne = true;
  }
  return isOne;
}

/** The same for everybody and everything. */
export const FORBIDDEN = {
  statusCode: 403,
  headers: {
    "content-type": "application/json",
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
  },
  body: '{"message":"Forbidden"}',
  isBase64Encoded: false,
};
