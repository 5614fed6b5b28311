/** Secrets Manager over AWS JSON 1.1: texts with versions, as far as the secret of an origin needs it. */
import { z } from "zod";
import { parseJsonBody, validatedOperations } from "../common/json-operations.ts";
import { AwsFault, type LocalService, type Permits } from "../common/service.ts";
import type { Secrets } from "./secrets.ts";

interface Scope {
  secrets: Secrets;
  region: string;
  /** Throws when the caller may not do this to the secret. */
  require(secret: string): void;
}

type Handler = (input: unknown, scope: Scope) => object;

export function createSecretsManagerService(
  secrets: Secrets,
  accountId: string,
  permits: Permits,
): LocalService {
  return {
    signingName: "secretsmanager",
    protocol: "json",
    handle: async ({ headers, body, region, accessKeyId }) => {
      const name = headers["x-amz-target"]?.replace(/^secretsmanager\./, "") ?? "";
      const handler = OPERATIONS[name];
      if (handler === undefined) {
        const message = `The local Secrets Manager does not implement ${name}.`;
        throw new AwsFault("UnknownOperationException", message);
      }
      const require = (secret: string) => {
        const arn = secret.startsWith("arn:")
          ? secret
          : `arn:aws:secretsmanager:${region}:${accountId}:secret:${secret}-??????`;
        if (permits(accessKeyId, `secretsmanager:${name}`, arn)) return;
        throw new AwsFault(
          "AccessDeniedException",
          `Not authorized to perform: secretsmanager:${name}`,
        );
      };
      const output = handler(parseJsonBody(body.toString()), { secrets, region, require });
      return {
        status: 200,
        headers: { "content-type": "application/x-amz-json-1.1" },
        body: JSON.stringify(output),
      };
    },
  };
}

const operation = validatedOperations<Scope>("InvalidParameterException");

const secretName = z.string().regex(/^[\w/+=.@-]{1,512}$/);
const secretId = z.string().min(1).max(2048);
/** It becomes the version's id. */
const requestToken = z.string().min(32).max(64);
const secretString = z.string().min(1).max(65_536);

const OPERATIONS: Record<string, Handler> = {
  CreateSecret: operation(
    z.strictObject({
      Name: secretName,
      ClientRequestToken: requestToken,
      Description: z.string().max(2048).default(""),
      SecretString: secretString,
      Tags: z.array(z.strictObject({ Key: z.string(), Value: z.string() })).default([]),
    }),
    ({ Name, ClientRequestToken: id, SecretString: value, Description, Tags }, scope) => {
      scope.require(Name);
      const tags = Object.fromEntries(Tags.map(({ Key, Value }) => [Key, Value]));
      const about = { description: Description, tags };
      const { arn } = scope.secrets.create(scope.region, Name, { id, value }, about);
      return { ARN: arn, Name, VersionId: id };
    },
  ),

  PutSecretValue: operation(
    z.strictObject({
      SecretId: secretId,
      ClientRequestToken: requestToken,
      SecretString: secretString,
    }),
    ({ SecretId, ClientRequestToken: id, SecretString: value }, scope) => {
      scope.require(SecretId);
      const { arn, name } = scope.secrets.put(scope.region, SecretId, { id, value });
      return { ARN: arn, Name: name, VersionId: id, VersionStages: ["AWSCURRENT"] };
    },
  ),

  GetSecretValue: operation(
    z.strictObject({
      SecretId: secretId,
      VersionId: requestToken.optional(),
      VersionStage: z.string().optional(),
    }),
    ({ SecretId, VersionId, VersionStage }, { secrets, region, require }) => {
      require(SecretId);
      const { arn, name } = secrets.get(region, SecretId);
      const wanted = {
        ...(VersionId !== undefined && { id: VersionId }),
        ...(VersionStage !== undefined && { stage: VersionStage }),
      };
      const found = secrets.version(region, SecretId, wanted);
      return {
        ARN: arn,
        Name: name,
        VersionId: found.id,
        SecretString: found.value,
        VersionStages: found.stages,
        CreatedDate: found.created,
      };
    },
  ),

  ListSecretVersionIds: operation(
    z.strictObject({ SecretId: secretId }),
    ({ SecretId }, { secrets, region, require }) => {
      require(SecretId);
      const { arn, name, versions } = secrets.get(region, SecretId);
      // Those without a stage are deprecated, and told only to who asks for them.
      const Versions = versions
        .filter(({ stages }) => stages.length > 0)
        .map(({ id, stages, created }) => ({
          VersionId: id,
          VersionStages: stages,
          CreatedDate: created,
        }));
      return { ARN: arn, Name: name, Versions };
    },
  ),

  DeleteSecret: operation(
    z.strictObject({ SecretId: secretId, ForceDeleteWithoutRecovery: z.literal(true) }),
    ({ SecretId }, { secrets, region, require }) => {
      require(SecretId);
      const { arn, name } = secrets.delete(region, SecretId);
      return { ARN: arn, Name: name, DeletionDate: Date.now() / 1000 };
    },
  ),
};
