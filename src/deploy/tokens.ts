/** The tokens of a site in SSM's Parameter Store, of which only hashes are stored. */
import {
  DeleteParameterCommand,
  GetParametersByPathCommand,
  PutParameterCommand,
} from "@aws-sdk/client-ssm";
import {
  encodeToken,
  parseToken as parseReadToken,
  readTokensPath,
  type StoredToken,
} from "../../runtime/core/access/tokens.ts";
import { parseToken, type Token, tokensPath } from "../../runtime/load/collector/tokens.ts";
import type { AwsClients } from "../aws/clients.ts";

/** What a token is for. Each kind has a path of its own, which only the function reads that asks for it. */
export interface TokenKind<T extends StoredToken> {
  path(site: string): string;
  /** Throws InvalidData. */
  parse(name: string, value: string): T;
  /** What the holder may do, after "may". */
  may: string;
}

export const COLLECT: TokenKind<Token> = {
  path: tokensPath,
  parse: parseToken,
  may: "send events to",
};

export const READ: TokenKind<StoredToken> = {
  path: readTokensPath,
  parse: parseReadToken,
  may: "read",
};

/** By name. */
export async function listTokens<T extends StoredToken>(
  clients: AwsClients,
  kind: TokenKind<T>,
  site: string,
): Promise<T[]> {
  const ssm = await clients.ssm();
  const Path = kind.path(site);
  const tokens: T[] = [];
  let NextToken: string | undefined;
  do {
    const page = await ssm.send(new GetParametersByPathCommand({ Path, NextToken }));
    for (const { Name = "", Value = "" } of page.Parameters ?? []) {
      tokens.push(kind.parse(Name.slice(Path.length + 1), Value));
    }
    ({ NextToken } = page);
  } while (NextToken !== undefined);
  return tokens.sort((one, other) => (one.name < other.name ? -1 : 1));
}

/** Throws the SDK's ParameterAlreadyExists when there is one of its name. */
export async function storeToken<T extends StoredToken>(
  clients: AwsClients,
  kind: TokenKind<T>,
  site: string,
  token: T,
): Promise<void> {
  const Name = `${kind.path(site)}/${token.name}`;
  const Description = `dsl: hash of a token that may ${kind.may} ${site}`;
  const parameter = { Name, Value: encodeToken(token), Type: "String" as const, Description };
  await (await clients.ssm()).send(new PutParameterCommand(parameter));
}

/** Throws the SDK's ParameterNotFound. */
export async function deleteToken(
  clients: AwsClients,
  kind: Pick<TokenKind<never>, "path">,
  site: string,
  name: string,
): Promise<void> {
  const Name = `${kind.path(site)}/${name}`;
  await (await clients.ssm()).send(new DeleteParameterCommand({ Name }));
}

/** All of a kind; resolves with how many there were. */
export async function deleteTokens<T extends StoredToken>(
  clients: AwsClients,
  kind: TokenKind<T>,
  site: string,
): Promise<number> {
  const tokens = await listTokens(clients, kind, site);
  for (const { name } of tokens) await deleteToken(clients, kind, site, name);
  return tokens.length;
}
