/** `dsl token create|list|revoke NAME`: which programs may send events to a site, and which may read it. */

import { type ReadScope, scopeText } from "../../runtime/core/access/read-scopes.ts";
import {
  newTokenText,
  READ_PREFIX,
  type StoredToken,
  tokenHash,
} from "../../runtime/core/access/tokens.ts";
import { DslError } from "../../runtime/core/dsl-error.ts";
import { COLLECT_PREFIX, type Token } from "../../runtime/load/collector/tokens.ts";
import type { AwsClients } from "../aws/clients.ts";
import { awsErrorCode } from "../aws/errors.ts";
import {
  COLLECT,
  deleteToken,
  listTokens,
  READ,
  storeToken,
  type TokenKind,
} from "../deploy/tokens.ts";
import { checkSiteName } from "../stacks/stack-name.ts";
import type { Reporter } from "../terminal/reporter.ts";
import { table } from "../terminal/table.ts";
import { openSite } from "./open-site.ts";
import { askedScope, resolveScopes } from "./token-scopes.ts";

/** Bytes of JSON: a parameter of SSM has 4,096 bytes, for the rest of the token, too. */
const LARGEST_SCOPES = 3500;

export interface CreateTokenRequest {
  site: string;
  /** Null: the first free one of token-1, token-2 … */
  name: string | null;
  /** As `--scope` has them; none: `collect`. */
  scopes: readonly string[];
  /** Milliseconds; null: for ever. */
  expires: number | null;
}

/** Shows the token, the only time it can be seen. It can be made before the site is. Throws a DslError. */
export async function createToken(
  clients: AwsClients,
  { site, name, scopes: typed, expires }: CreateTokenRequest,
  reporter: Reporter,
): Promise<void> {
  checkSiteName(site);
  const asked = askedScope(typed);
  const isReading = "read" in asked;
  const scopes = "read" in asked ? await readScopes(clients, site, asked.read, reporter) : null;
  const text = newTokenText(isReading ? READ_PREFIX : COLLECT_PREFIX);
  const now = Date.now();
  const token = {
    hash: tokenHash(text),
    created: new Date(now).toISOString(),
    expires: expires === null ? null : new Date(now + expires).toISOString(),
  };
  const table = "read" in asked ? null : asked.collect;
  const stored = isReading
    ? await store(clients, READ, site, { ...token, ...(scopes && { scopes }) }, name)
    : await store(clients, COLLECT, site, { ...token, table }, name);
  const may = isReading ? mayRead(site, scopes) : `send events to ${whereOf(site, table)}`;
  const until = token.expires === null ? "" : ` until ${token.expires}`;
  reporter.result([text, `Keep it: it cannot be shown again. It may ${may}${until}.`], {
    token: text,
    name: stored,
    site,
    scope: isReading ? readScopeText({ scopes }) : scopeOf({ table }),
    table,
    expires: token.expires,
  });
}

/** Null: all of the site, which need not be there yet. Throws a DslError for what is not published. */
async function readScopes(
  clients: AwsClients,
  site: string,
  asked: readonly string[] | null,
  reporter: Reporter,
): Promise<ReadScope[] | null> {
  if (asked === null) return null;
  const { manifest } = (await openSite(clients, site)).published;
  const scopes = resolveScopes(asked, manifest);
  if (Buffer.byteLength(JSON.stringify(scopes)) > LARGEST_SCOPES) {
    throw new DslError(
      "bad_scope",
      `${scopes.length} scopes are more than a token has room for`,
      "fewer, such as read:DATABASE for all of a database; or several tokens",
      { exitCode: 2 },
    );
  }
  if (!manifest.flags.password) {
    reporter.warn(`${site} is public: everybody reads all of it, whatever a token is limited to`);
  }
  return scopes;
}

/** Resolves with its name. Throws a DslError when there is one of that name. */
async function store<T extends StoredToken>(
  clients: AwsClients,
  kind: TokenKind<T>,
  site: string,
  token: Omit<T, "name">,
  wanted: string | null,
): Promise<string> {
  // A name is of one token, whatever that is for: it is revoked by its name.
  const taken = [
    ...(await listTokens(clients, COLLECT, site)),
    ...(await listTokens(clients, READ, site)),
  ].map((other) => other.name);
  const name = wanted ?? freeName(taken);
  if (taken.includes(name)) throw tokenExists(site, name);
  try {
    await storeToken(clients, kind, site, { ...token, name } as T);
    return name;
  } catch (error) {
    if (awsErrorCode(error) !== "ParameterAlreadyExists") throw error;
    throw tokenExists(site, name, error);
  }
}

function tokenExists(site: string, name: string, cause?: unknown): DslError {
  return new DslError(
    "token_exists",
    `${site} has a token ${name} already`,
    `another --name, or dsl token revoke ${site} ${name} first`,
    { cause },
  );
}

export async function showTokens(
  clients: AwsClients,
  site: string,
  reporter: Reporter,
): Promise<void> {
  const tokens = [
    ...(await listTokens(clients, COLLECT, site)).map((token) => ({
      ...token,
      scope: scopeOf(token),
    })),
    ...(await listTokens(clients, READ, site)).map((token) => ({
      ...token,
      table: null,
      scope: readScopeText(token),
    })),
  ];
  const rows = tokens.map(({ name, scope, created, expires }) => [
    name,
    scope,
    created.slice(0, 10),
    expires === null ? "never" : expires.replace(/\.\d+Z$/, "Z"),
  ]);
  const lines =
    rows.length === 0
      ? [`${site} has no tokens.`]
      : table(["token", "scope", "created", "expires"], rows);
  const shown = tokens.map(({ hash: _hash, ...token }) => token);
  reporter.result(lines, { site, tokens: shown });
}

/** Throws a DslError when there is none of this name. */
export async function revokeToken(
  clients: AwsClients,
  { site, name }: { site: string; name: string },
  reporter: Reporter,
): Promise<void> {
  const collecting = (await listTokens(clients, COLLECT, site)).find((each) => each.name === name);
  const reading = (await listTokens(clients, READ, site)).find((each) => each.name === name);
  const found = [
    await revokeOf(clients, COLLECT, site, name),
    await revokeOf(clients, READ, site, name),
  ];
  if (!found.includes(true)) {
    throw new DslError(
      "no_such_token",
      `${site} has no token ${name}`,
      `dsl token list ${site} shows those that there are`,
    );
  }
  const scopes = [
    ...(collecting === undefined ? [] : [scopeOf(collecting)]),
    ...(reading === undefined ? [] : [readScopeText(reading)]),
  ].join(" ");
  const was = scopes === "" ? "" : ` (${scopes})`;
  reporter.result([`Token ${name}${was} of ${site} is revoked; within a minute it is refused.`], {
    site,
    name,
    scope: scopes,
    revoked: true,
  });
}

/** False when there is none of this name. */
async function revokeOf(
  clients: AwsClients,
  kind: Pick<TokenKind<never>, "path">,
  site: string,
  name: string,
): Promise<boolean> {
  try {
    await deleteToken(clients, kind, site, name);
    return true;
  } catch (error) {
    if (awsErrorCode(error) !== "ParameterNotFound") throw error;
    return false;
  }
}

function freeName(taken: readonly string[]): string {
  let number = 1;
  while (taken.includes(`token-${number}`)) number++;
  return `token-${number}`;
}

/** Several are apart by spaces. */
function readScopeText({ scopes }: { scopes?: readonly ReadScope[] | null }): string {
  return scopes ? scopes.map(scopeText).join(" ") : "read";
}

function mayRead(site: string, scopes: readonly ReadScope[] | null): string {
  if (scopes === null) return `read ${site}`;
  return `read of ${site} only ${scopes.map((scope) => scopeText(scope).replace("read:", "")).join(", ")}`;
}

function scopeOf({ table: of }: Pick<Token, "table">): string {
  return of === null ? "collect" : `collect:${of}`;
}

function whereOf(site: string, table: string | null): string {
  return table === null ? site : `the table ${table} of ${site}`;
}
