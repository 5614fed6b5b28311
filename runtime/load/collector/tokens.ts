/**
 * Who may send events: tokens, of which only the SHA-256 is stored. A token is 256 random bits, so its
 * hash tells nothing of it. Pure.
 */
import { hash, randomBytes } from "node:crypto";
import { asNull, asObject, asString, InvalidData, parseJson } from "../../core/format/check.ts";
import { normalisePath } from "../events/names.ts";
import { Refusal } from "./refusal.ts";

export interface Token {
  name: string;
  /** SHA-256 of the token's text, hex. */
  hash: string;
  /** The one table that it is for; null for all. */
  table: string | null;
  /** ISO 8601, UTC. */
  created: string;
  /** From when on it is no longer valid; null for never. */
  expires: string | null;
}

const PREFIX = "dslc_";

/** Where the tokens of a site are, in SSM's Parameter Store: one parameter each, below this path. */
export function tokensPath(site: string): string {
  return `/dsl/${site}/tokens`;
}

/** A new token's text, which is shown once. */
export function newTokenText(): string {
  return PREFIX + randomBytes(32).toString("base64url");
}

export function tokenHash(text: string): string {
  return hash("sha256", text);
}

/** As it is stored; the name is the parameter's. */
export function encodeToken({ name: _name, ...stored }: Token): string {
  return JSON.stringify(stored);
}

/** Throws InvalidData. */
export function parseToken(name: string, value: string): Token {
  const stored = asObject(parseJson(value, name), name);
  return {
    name,
    hash: asString(stored.hash, "hash"),
    table: asNull(stored.table ?? null, "table", asString),
    created: asString(stored.created, "created"),
    expires: asNull(stored.expires ?? null, "expires", asString),
  };
}

/**
 * "collect" is every table (null), "collect:orders" one. Throws InvalidData.
 */
export function parseScope(scope: string): string | null {
  const [, table] = /^collect(?::(.+))?$/.exec(scope) ?? [undefined, ""];
  if (table === undefined) return null;
  const name = normalisePath(table);
  if (name === "") throw new InvalidData(`"${scope}" is not a scope`);
  return name;
}

/**
 * The token of a request, for `table` (as it is stored). Throws a Refusal: 401 without one that is known
 * and valid, 403 for another table.
 */
export function requireToken(
  authorization: string | undefined,
  tokens: readonly Token[],
  table: string,
  now: Date,
): Token {
  const text = /^Bearer +(\S+) *$/i.exec(authorization ?? "")?.[1];
  if (text === undefined) {
    throw new Refusal(401, "A token is needed, as Authorization: Bearer …");
  }
  const known = tokenHash(text);
  const token = tokens.find((each) => each.hash === known);
  if (token === undefined) throw new Refusal(401, "This token is not known, or was revoked");
  if (token.expires !== null && Date.parse(token.expires) <= now.getTime()) {
    throw new Refusal(401, `This token was valid until ${token.expires}`);
  }
  if (token.table !== null && token.table !== table) {
    throw new Refusal(403, `This token is for the table ${token.table}, not for ${table}`);
  }
  return token;
}
