/** `dsl token create|list|revoke NAME`: who may send events to a site. */

import { DslError } from "../../runtime/core/dsl-error.ts";
import { InvalidData } from "../../runtime/core/format/check.ts";
import {
  newTokenText,
  parseScope,
  type Token,
  tokenHash,
} from "../../runtime/load/collector/tokens.ts";
import type { AwsClients } from "../aws/clients.ts";
import { awsErrorCode } from "../aws/errors.ts";
import { deleteToken, listTokens, storeToken } from "../deploy/collector-tokens.ts";
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
  { site, name: wanted, scope, expires }: CreateTokenRequest,
  reporter: Reporter,
): Promise<void> {
  checkSiteName(site);
  const now = Date.now();
  const text = newTokenText();
  const name = wanted ?? freeName(await listTokens(clients, site));
  const token: Token = {
    name,
    hash: tokenHash(text),
    table: readScope(scope),
    created: new Date(now).toISOString(),
    expires: expires === null ? null : new Date(now + expires).toISOString(),
  };
  try {
    await storeToken(clients, site, token);
  } catch (error) {
    if (awsErrorCode(error) !== "ParameterAlreadyExists") throw error;
    throw new DslError(
      "token_exists",
      `${site} has a token ${name} already`,
      `another --name, or dsl token revoke ${site} ${name} first`,
      { cause: error },
    );
  }
  reporter.result(
    [text, `Keep it: it cannot be shown again. It may send events to ${describe(site, token)}.`],
    { token: text, name, site, table: token.table, expires: token.expires },
  );
}

export async function showTokens(
  clients: AwsClients,
  site: string,
  reporter: Reporter,
): Promise<void> {
  const tokens = await listTokens(clients, site);
  const rows = tokens.map(({ name, table: of, created, expires }) => [
    name,
    of ?? "all",
    created.slice(0, 10),
    expires === null ? "never" : expires.replace(/\.\d+Z$/, "Z"),
  ]);
  const lines =
    rows.length === 0
      ? [`${site} has no tokens.`]
      : table(["token", "table", "created", "expires"], rows);
  const shown = tokens.map(({ hash: _hash, ...token }) => token);
  reporter.result(lines, { site, tokens: shown });
}

/** Throws a DslError when there is none of this name. */
export async function revokeToken(
  clients: AwsClients,
  { site, name }: { site: string; name: string },
  reporter: Reporter,
): Promise<void> {
  try {
    await deleteToken(clients, site, name);
  } catch (error) {
    if (awsErrorCode(error) !== "ParameterNotFound") throw error;
    throw new DslError(
      "no_such_token",
      `${site} has no token ${name}`,
      `dsl token list ${site} shows those that there are`,
      { cause: error },
    );
  }
  reporter.result([`Token ${name} of ${site} is revoked; within a minute it is refused.`], {
    site,
    name,
    revoked: true,
  });
}

function freeName(tokens: readonly Token[]): string {
  const names = new Set(tokens.map(({ name }) => name));
  let number = 1;
  while (names.has(`token-${number}`)) number++;
  return `token-${number}`;
}

function readScope(scope: string): string | null {
  try {
    return parseScope(scope);
  } catch (error) {
    if (!(error instanceof InvalidData)) throw error;
    throw new DslError("bad_scope", error.message, "collect, or collect:TABLE", { exitCode: 2 });
  }
}

function describe(site: string, { table: of, expires }: Token): string {
  const where = of === null ? site : `the table ${of} of ${site}`;
  return expires === null ? where : `${where} until ${expires}`;
}
