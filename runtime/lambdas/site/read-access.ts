/** A site's password and key, from SSM's Parameter Store. */
import {
  accessParameter,
  parseAccess,
  type StoredAccess,
} from "../../core/access/stored-access.ts";
import { asObject, asString } from "../../core/format/check.ts";
import { JsonService, SSM } from "../../core/store/json-service.ts";
import type { Environment } from "../../core/store/signing-scope.ts";

/** Throws a ServiceError, a network error, or InvalidData. */
export async function readAccess(site: string, environment: Environment): Promise<StoredAccess> {
  const ssm = new JsonService(SSM, environment);
  const Name = accessParameter(site);
  const { Parameter } = await ssm.call("GetParameter", { Name, WithDecryption: true });
  return parseAccess(asString(asObject(Parameter, "Parameter").Value, "Value"));
}
