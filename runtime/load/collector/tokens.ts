/** Who may send events. Pure. */
import {
  isOver,
  parseToken as parseStored,
  type StoredToken,
  tokenHash,
} from "../../core/access/tokens.ts";
import { asNull, asObject, asString, InvalidData, parseJson } from "../../core/format/check.ts";
import { normalisePath } from "../events/names.ts";
import { Refusal } from "./refusal.ts";

export interface Token extends StoredToken {
  /** The one table that it is for; null for all. */
  table: string | null;
}

/** What the text of one begins with. */
export const COLLECT_PREFIX = "dslc_";

/** Where the tokens of a site are, in SSM's Parameter Store: one parameter each, below this path. */
export function tokensPath(site: string): string {
  return `/dsl/${site}/tokens`;
}

/** Throws InvalidData. */
export function parseToken(name: string, value: string): Token {
  const { table } = asObject(parseJson(value, name), name);
  return { ...parseStored(name, value), table: asNull(table ?? null, "table", asString) };
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
  if (isOver(token, now.getTime())) {
    throw new Refusal(401, `This token was valid until ${token.expires}`);
  }
  if (token.table !== null && token.table !== table) {
    throw new Refusal(403, `This token is for the table ${token.table}, not for ${table}`);
  }
  return token;
}
