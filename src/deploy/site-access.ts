/** What lets people in to a site, in SSM's Parameter Store: stored, taken away, and used to get in ourselves. */
import {
  DeleteParameterCommand,
  GetParameterCommand,
  PutParameterCommand,
} from "@aws-sdk/client-ssm";
import { BY_OWNER } from "../../runtime/core/access/actor.ts";
import { signSession } from "../../runtime/core/access/session.ts";
import {
  accessParameter,
  encodeAccess,
  parseAccess,
  type StoredAccess,
} from "../../runtime/core/access/stored-access.ts";
import { DslError } from "../../runtime/core/dsl-error.ts";
import { InvalidData } from "../../runtime/core/format/check.ts";
import type { AwsClients } from "../aws/clients.ts";
import { awsErrorCode } from "../aws/errors.ts";

/** Bytes; https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html */
const LARGEST_PARAMETER = 4096;
/** Longer than any command asks the site. */
const OWNER_SESSION_MS = 15 * 60_000;

/** Null when nothing is stored. Throws a DslError when it is damaged. */
export async function readAccess(clients: AwsClients, site: string): Promise<StoredAccess | null> {
  const Name = accessParameter(site);
  try {
    const command = new GetParameterCommand({ Name, WithDecryption: true });
    const { Parameter } = await (await clients.ssm()).send(command);
    return parseAccess(Parameter?.Value ?? "");
  } catch (error) {
    if (awsErrorCode(error) === "ParameterNotFound") return null;
    if (!(error instanceof InvalidData)) throw error;
    throw new DslError(
      "damaged_password",
      `What lets people in to ${site} cannot be used as it is stored in SSM (${Name}): ${error.message}`,
      `delete the parameter (aws ssm delete-parameter --name ${Name}), then update-stack with --password or --sign-in`,
      { cause: error },
    );
  }
}

/** Throws a DslError when there is more than fits into a parameter. */
export async function storeAccess(
  clients: AwsClients,
  site: string,
  access: StoredAccess,
): Promise<void> {
  const Value = encodeAccess(access);
  const bytes = Buffer.byteLength(Value);
  if (bytes > LARGEST_PARAMETER) {
    throw new DslError(
      "large_access",
      `Who may see ${site} takes ${bytes} bytes to say, and a parameter of SSM has room for ${LARGEST_PARAMETER}`,
      "--sign-in-allow with a domain (@example.com) instead of its addresses, or a group of the provider's own",
    );
  }
  const parameter = {
    Name: accessParameter(site),
    Description: `dsl: what lets people in to ${site}, and the key of their sessions`,
    Value,
    Type: "SecureString" as const,
    Overwrite: true,
  };
  await (await clients.ssm()).send(new PutParameterCommand(parameter));
}

/** Nothing happens where nothing is stored. */
export async function deleteAccess(clients: AwsClients, site: string): Promise<void> {
  try {
    await (await clients.ssm()).send(new DeleteParameterCommand({ Name: accessParameter(site) }));
  } catch (error) {
    if (awsErrorCode(error) !== "ParameterNotFound") throw error;
  }
}

/** What lets this command in, to be sent as `Authorization: Bearer`; null where no password is stored. */
export async function ownerSession(clients: AwsClients, site: string): Promise<string | null> {
  const access = await readAccess(clients, site);
  if (access === null) return null;
  return signSession({ actor: BY_OWNER, until: Date.now() + OWNER_SESSION_MS }, access.key);
}
