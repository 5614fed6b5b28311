/** What a provider says of somebody, as an actor that fits into a cookie. Pure. */
import { type Actor, LARGEST_ACTOR } from "../../../core/access/actor.ts";
import { comparableAddress } from "../../../core/access/allow-list.ts";

/** Names as in https://openid.net/specs/openid-connect-core-1_0.html#StandardClaims. */
export interface Claims {
  sub: string;
  email?: unknown;
  email_verified?: unknown;
  name?: unknown;
  groups?: unknown;
  "cognito:groups"?: unknown;
  /** Google's. */
  hd?: unknown;
}

/** https://openid.net/specs/openid-connect-core-1_0.html#IDToken */
const SUB = /^[\x20-\x7e]{1,255}$/;
/** Characters; all together is smaller than an actor may be. */
const LONGEST_NAME = 100;

/**
 * Who somebody is to `allow` blocks: by the address where the provider has checked it, else by what the provider
 * calls them, which could look like anybody's address and has `sub:` before it. An address that nobody
 * has checked is left out. Groups that there is no room for are, too. Throws an Error for a `sub` that is none.
 */
export function actorOf(claims: Claims): Actor {
  const { sub } = claims;
  if (!SUB.test(sub)) throw new Error("the provider's sub is no name of anybody");
  const email = verifiedAddress(claims);
  const name = text(claims.name);
  const hd = text(claims.hd);
  const actor = {
    id: email ?? `sub:${sub}`,
    ...(email !== null && { email }),
    ...(name !== null && { name }),
    ...(hd !== null && { hd }),
  };
  const groups = fitting(actor, groupsOf(claims));
  return groups.length === 0 ? actor : { ...actor, groups };
}

/** Cognito's answers have "true" in some places, true in others. */
function verifiedAddress({ email, email_verified: isVerified }: Claims): string | null {
  if (typeof email !== "string") return null;
  return isVerified === true || isVerified === "true" ? comparableAddress(email) : null;
}

function text(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value.slice(0, LONGEST_NAME) : null;
}

/** A list, or one. */
function groupsOf(claims: Claims): string[] {
  const given = [claims.groups, claims["cognito:groups"]].flat();
  return [
    ...new Set(given.filter((group) => typeof group === "string" && group !== "")),
  ] as string[];
}

function fitting(actor: object, groups: readonly string[]): string[] {
  const kept: string[] = [];
  let bytes = Buffer.byteLength(JSON.stringify({ ...actor, groups: [] }));
  for (const group of groups) {
    bytes += Buffer.byteLength(JSON.stringify(group)) + 1;
    if (bytes > LARGEST_ACTOR) break;
    kept.push(group);
  }
  return kept;
}
