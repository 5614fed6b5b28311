/** `dsl token create|list|revoke NAME`: which programs may send events to a site, and which may read it. */

import {
  newTokenText,
  READ_PREFIX,
  type StoredToken,
  tokenHash,
} from "../../runtime/core/access/tokens.ts";
import { DslError } from "../../runtime/core/dsl-error.ts";
import { InvalidData } from "../../runtime/core/format/check.ts";
import { COLLECT_PREFIX, parseScope, type Token } from "../../runtime/load/collector/tokens.ts";
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

export interface CreateTokenRequest {
  site: string;
  /** Null: the first free one of token-1, token-2 … */
  name: string | null;
  scope: string;
  /** Milliseconds; null: for ever. */
  expires: number | null;
}

/** Shows the token, the only time it can be seen. It can be made before the site is. Throws a DslError. */
export async function createToken(
  clients: AwsClients,
  { site, name, scope, expires }: CreateTokenRequest,
  reporter: Reporter,
): Promise<void> {
  checkSiteName(site);
  const isReading = scope === "read";
  const text = newTokenText(isReading ? READ_PREFIX : COLLECT_PREFIX);
  const now = Date.now();
  const token = {
    hash: tokenHash(text),
    created: new Date(now).toISOString(),
    expires: expires === null ? null : new Date(now + expires).toISOString(),
  };
  const table = isReading ? null : readScope(scope);
  const stored = isReading
    ? await store(clients, READ, site, token, name)
    : await store(clients, COLLECT, site, { ...token, table }, name);
  const may = isReading ? `read ${site}` : `send events to ${whereOf(site, table)}`;
  const until = token.expires === null ? "" : ` until ${token.expires}`;
  reporter.result([text, `Keep it: it cannot be shown again. It may ${may}${until}.`], {
    token: text,
    name: stored,
    site,
    scope,
    table,
    expires: token.expires,
  });
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
      scope: "read",
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
  reporter.result([`Token ${name} of ${site} is revoked; within a minute it is refused.`], {
    site,
    name,
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

function readScope(scope: string): string | null {
  try {
    return parseScope(scope);
  } catch (error) {
    if (!(error instanceof InvalidData)) throw error;
    throw new DslError("bad_scope", error.message, "collect, collect:TABLE, or read", {
      exitCode: 2,
    });
  }
}

function scopeOf({ table: of }: Token): string {
  return of === null ? "collect" : `collect:${of}`;
}

function whereOf(site: string, table: string | null): string {
  return table === null ? site : `the table ${table} of ${site}`;
}
