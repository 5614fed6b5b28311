/** A site's password, key and tokens, from SSM's Parameter Store. */

import { readParameters } from "../../core/access/read-parameters.ts";
import {
  accessParameter,
  parseAccess,
  type StoredAccess,
} from "../../core/access/stored-access.ts";
import { parseToken, readTokensPath, type StoredToken } from "../../core/access/tokens.ts";
import { asObject, asString } from "../../core/format/check.ts";
import { JsonService, SSM } from "../../core/store/json-service.ts";
import type { Environment } from "../../core/store/signing-scope.ts";
import type { Access } from "../../site/access/door.ts";

/** Throws a ServiceError, a network error, or InvalidData. */
export async function readAccess(site: string, environment: Environment): Promise<Access> {
  const ssm = new JsonService(SSM, environment);
  const [stored, tokens] = await Promise.all([readPassword(ssm, site), readTokens(ssm, site)]);
  return { ...stored, tokens };
}

async function readPassword(ssm: JsonService, site: string): Promise<StoredAccess> {
  const Name = accessParameter(site);
  const { Parameter } = await ssm.call("GetParameter", { Name, WithDecryption: true });
  return parseAccess(asString(asObject(Parameter, "Parameter").Value, "Value"));
}

async function readTokens(ssm: JsonService, site: string): Promise<StoredToken[]> {
  const found = await readParameters(ssm, readTokensPath(site));
  return found.map(({ name, value }) => parseToken(name, value));
}
