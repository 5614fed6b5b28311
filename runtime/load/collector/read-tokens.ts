/** A site's tokens, from SSM's Parameter Store. */
import { asArray, asObject, asString } from "../../core/format/check.ts";
import { JsonService, SSM } from "../../core/store/json-service.ts";
import { parseToken, type Token, tokensPath } from "./tokens.ts";

const ssm = new JsonService(SSM);

/** Throws a ServiceError, a network error, or InvalidData. */
export async function readTokens(site: string): Promise<Token[]> {
  const Path = tokensPath(site);
  const tokens: Token[] = [];
  let NextToken: string | undefined;
  do {
    const page = await ssm.call("GetParametersByPath", { Path, ...(NextToken && { NextToken }) });
    const parameters = asArray(page.Parameters, "Parameters", (value, where) => {
      const { Name, Value } = asObject(value, where);
      const name = asString(Name, "Name").slice(Path.length + 1);
      return parseToken(name, asString(Value, "Value"));
    });
    tokens.push(...parameters);
    NextToken = page.NextToken === undefined ? undefined : asString(page.NextToken, "NextToken");
  } while (NextToken !== undefined);
  return tokens;
}
