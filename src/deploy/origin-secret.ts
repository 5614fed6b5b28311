/** The secret with which CloudFront is let in at the API: made, stored in Secrets Manager, taken away. */
import { createHash, randomBytes } from "node:crypto";
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  GetSecretValueCommand,
  ListSecretVersionIdsCommand,
  PutSecretValueCommand,
} from "@aws-sdk/client-secrets-manager";
import type { AwsClients } from "../aws/clients.ts";
import { awsErrorCode } from "../aws/errors.ts";
import type { StoredSecret } from "../plan/origin-secret.ts";

/** 256 random bits: whoever has the SHA-256 of it has nothing. */
export function newOriginSecret(): string {
  return randomBytes(32).toString("base64url");
}

export function hashOf(secret: string): string {
  return createHash("sha256").update(secret).digest("hex");
}

/** The name of a site's secret, as templates/edge.yaml refers to it. */
export function secretName(site: string): string {
  return `dsl/${site}/origin`;
}

export async function readStoredSecret(clients: AwsClients, site: string): Promise<StoredSecret> {
  const command = new ListSecretVersionIdsCommand({ SecretId: secretName(site) });
  try {
    const { Versions = [] } = await (await clients.secretsManager()).send(command);
    const at = (stage: string) => Versions.find((one) => one.VersionStages?.includes(stage));
    const current = at("AWSCURRENT");
    return {
      current: current
        ? { hash: current.VersionId ?? "", created: current.CreatedDate ?? new Date(0) }
        : null,
      previous: at("AWSPREVIOUS")?.VersionId ?? null,
    };
  } catch (error) {
    if (isNotThere(error)) return { current: null, previous: null };
    throw error;
  }
}

/** As the current version; the one before stays readable. */
export async function storeOriginSecret(
  clients: AwsClients,
  site: string,
  secret: string,
): Promise<void> {
  const client = await clients.secretsManager();
  const version = { ClientRequestToken: hashOf(secret), SecretString: secret };
  try {
    await client.send(new PutSecretValueCommand({ SecretId: secretName(site), ...version }));
  } catch (error) {
    if (!isNotThere(error)) throw error;
    await client.send(
      new CreateSecretCommand({
        Name: secretName(site),
        Description: `dsl: what lets CloudFront in at the API of ${site}`,
        ...version,
      }),
    );
  }
}

/** The current secret; null: there is none. */
export async function readOriginSecret(clients: AwsClients, site: string): Promise<string | null> {
  const command = new GetSecretValueCommand({ SecretId: secretName(site) });
  try {
    const { SecretString } = await (await clients.secretsManager()).send(command);
    return SecretString ?? null;
  } catch (error) {
    if (isNotThere(error)) return null;
    throw error;
  }
}

/** At once, so that the name is free for a site to come. Nothing happens where there is none. */
export async function deleteOriginSecret(clients: AwsClients, site: string): Promise<void> {
  const command = new DeleteSecretCommand({
    SecretId: secretName(site),
    ForceDeleteWithoutRecovery: true,
  });
  try {
    await (await clients.secretsManager()).send(command);
  } catch (error) {
    if (!isNotThere(error)) throw error;
  }
}

function isNotThere(error: unknown): boolean {
  return awsErrorCode(error) === "ResourceNotFoundException";
}
