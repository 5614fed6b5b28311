/**
 * Tokens of programs. A token is 256 random bits, of which only the SHA-256 is stored, so that what is stored
 * tells nothing of it. Pure.
 */
import { hash, randomBytes } from "node:crypto";
import { asNull, asObject, asString, parseJson } from "../format/check.ts";
import { parseReadScopes, type ReadScope } from "./read-scopes.ts";

export interface StoredToken {
  name: string;
  /** SHA-256 of the token's text, hex. */
  hash: string;
  /** ISO 8601, UTC. */
  created: string;
  /** From when on it is no longer valid; null for never. */
  expires: string | null;
  /** What a token that reads is limited to; absent: it reads all of the site. */
  scopes?: readonly ReadScope[];
}

/** What the text of a token that reads begins with. */
export const READ_PREFIX = "dslr_";

/** Where the tokens are that read a site, in SSM's Parameter Store: one parameter each, below this path. */
export function readTokensPath(site: string): string {
  return `/dsl/${site}/read-tokens`;
}

/** A new token's text, which is shown once. */
export function newTokenText(prefix: string): string {
  return prefix + randomBytes(32).toString("base64url");
}

export function tokenHash(text: string): string {
  return hash("sha256", text);
}

/** `now` in milliseconds. */
export function isOver({ expires }: StoredToken, now: number): boolean {
  return expires !== null && Date.parse(expires) <= now;
}

/** As it is stored; the name is the parameter's. */
export function encodeToken({ name: _name, ...stored }: StoredToken): string {
  return JSON.stringify(stored);
}

/** Throws InvalidData. */
export function parseToken(name: string, value: string): StoredToken {
  const stored = asObject(parseJson(value, name), name);
  return {
    name,
    hash: asString(stored.hash, "hash"),
    created: asString(stored.created, "created"),
    expires: asNull(stored.expires ?? null, "expires", asString),
    ...(stored.scopes !== undefined && { scopes: parseReadScopes(stored.scopes, "scopes") }),
  };
}
