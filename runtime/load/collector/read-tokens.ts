/** A site's tokens, from SSM's Parameter Store. */

import { readParameters } from "../../core/access/read-parameters.ts";
import { JsonService, SSM } from "../../core/store/json-service.ts";
import { parseToken, type Token, tokensPath } from "./tokens.ts";

const ssm = new JsonService(SSM);

/** Throws a ServiceError, a network error, or InvalidData. */
export async function readTokens(site: string): Promise<Token[]> {
  const found = await readParameters(ssm, tokensPath(site));
  return found.map(({ name, value }) => parseToken(name, value));
}
