/** The tokens of a site's collector in SSM's Parameter Store, of which only hashes are stored. */
import {
  DeleteParameterCommand,
  GetParametersByPathCommand,
  PutParameterCommand,
} from "@aws-sdk/client-ssm";
import {
  encodeToken,
  parseToken,
  type Token,
  tokensPath,
} from "../../runtime/load/collector/tokens.ts";
import type { AwsClients } from "../aws/clients.ts";

/** By name. */
export async function listTokens(clients: AwsClients, site: string): Promise<Token[]> {
  const ssm = await clients.ssm();
  const Path = tokensPath(site);
  const tokens: Token[] = [];
  let NextToken: string | undefined;
  do {
    const page = await ssm.send(new GetParametersByPathCommand({ Path, NextToken }));
    for (const { Name = "", Value = "" } of page.Parameters ?? []) {
      tokens.push(parseToken(Name.slice(Path.length + 1), Value));
    }
    ({ NextToken } = page);
  } while (NextToken !== undefined);
  return tokens.sort((one, other) => (one.name < other.name ? -1 : 1));
}

/** Throws the SDK's ParameterAlreadyExists when there is one of its name. */
export async function storeToken(clients: AwsClients, site: string, token: Token): Promise<void> {
  const Name = `${tokensPath(site)}/${token.name}`;
  const Description = `dsl: hash of a token that may send events to ${site}`;
  const parameter = { Name, Value: encodeToken(token), Type: "String" as const, Description };
  await (await clients.ssm()).send(new PutParameterCommand(parameter));
}

/** Throws the SDK's ParameterNotFound. */
export async function deleteToken(clients: AwsClients, site: string, name: string): Promise<void> {
  const Name = `${tokensPath(site)}/${name}`;
  await (await clients.ssm()).send(new DeleteParameterCommand({ Name }));
}

/** All of them; resolves with how many there were. */
export async function deleteTokens(clients: AwsClients, site: string): Promise<number> {
  const tokens = await listTokens(clients, site);
  for (const { name } of tokens) await deleteToken(clients, site, name);
  return tokens.length;
}
