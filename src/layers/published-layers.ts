/** Layer versions on AWS: publishing, listing, deleting. One region, one Lambda client each. */

import { readFile } from "node:fs/promises";
import type { LambdaClient } from "@aws-sdk/client-lambda";
import { DslError } from "../../runtime/core/dsl-error.ts";
import { awsErrorCode } from "../aws/errors.ts";
import type { Architecture } from "../package/layer-zip.ts";
import type { MadeLayer } from "./make-layers.ts";

export interface PublishedLayer {
  arn: string;
  name: string;
  version: number;
  architecture: Architecture;
  /** ISO 8601. */
  createdAt: string;
}

export const ARCHITECTURES: readonly Architecture[] = ["arm64", "x86_64"];

const RUNTIME = "nodejs24.x";
const DESCRIPTION = "dsl: better-sqlite3 and the query guard";
/** better-sqlite3 is MIT, the guard Apache-2.0, SQLite public domain. */
const LICENSES = "MIT AND Apache-2.0";
const PUBLIC_STATEMENT = "public";

/** Each CPU has a layer of its own: a layer version has one content. */
export function layerName(name: string, architecture: Architecture): string {
  return `${name}-${architecture}`;
}

/** Publishes `layer` unless the newest version of `name` has the same content. */
export async function publishLayer(
  lambda: LambdaClient,
  name: string,
  layer: MadeLayer,
): Promise<{ arn: string; isNew: boolean }> {
  const { GetLayerVersionCommand, PublishLayerVersionCommand } = await import(
    "@aws-sdk/client-lambda"
  );
  const LayerName = layerName(name, layer.architecture);
  const [newest] = await listLayerVersions(lambda, name, layer.architecture);
  if (newest !== undefined) {
    const version = { LayerName, VersionNumber: newest.version };
    const { Content } = await lambda.send(new GetLayerVersionCommand(version));
    const sha256 = Buffer.from(layer.sha256, "hex").toString("base64");
    if (Content?.CodeSha256 === sha256) return { arn: newest.arn, isNew: false };
  }
  const published = await lambda.send(
    new PublishLayerVersionCommand({
      LayerName,
      Description: DESCRIPTION,
      LicenseInfo: LICENSES,
      CompatibleRuntimes: [RUNTIME],
      CompatibleArchitectures: [layer.architecture],
      Content: { ZipFile: await readFile(layer.path) },
    }),
  );
  return { arn: required(published.LayerVersionArn), isNew: true };
}

/** Lets every AWS account use the version; nothing happens when it is so already. */
export async function makePublic(lambda: LambdaClient, arn: string): Promise<void> {
  const { AddLayerVersionPermissionCommand } = await import("@aws-sdk/client-lambda");
  const { layerArn, version } = splitArn(arn);
  try {
    await lambda.send(
      new AddLayerVersionPermissionCommand({
        LayerName: layerArn,
        VersionNumber: version,
        StatementId: PUBLIC_STATEMENT,
        Action: "lambda:GetLayerVersion",
        Principal: "*",
      }),
    );
  } catch (error) {
    if (awsErrorCode(error) !== "ResourceConflictException") throw error;
  }
}

/** Newest first; none when there is no such layer. */
export async function listLayerVersions(
  lambda: LambdaClient,
  name: string,
  architecture: Architecture,
): Promise<PublishedLayer[]> {
  const { paginateListLayerVersions } = await import("@aws-sdk/client-lambda");
  const LayerName = layerName(name, architecture);
  const found: PublishedLayer[] = [];
  for await (const { LayerVersions } of paginateListLayerVersions(
    { client: lambda },
    { LayerName },
  )) {
    for (const { LayerVersionArn, Version, CreatedDate } of LayerVersions ?? []) {
      found.push({
        arn: required(LayerVersionArn),
        name: LayerName,
        version: required(Version),
        architecture,
        createdAt: CreatedDate ?? "",
      });
    }
  }
  return found.sort((one, other) => other.version - one.version);
}

/** Functions that use the version keep it. Throws DslError `no_layer_version`. */
export async function deleteLayerVersion(lambda: LambdaClient, arn: string): Promise<void> {
  const { DeleteLayerVersionCommand, GetLayerVersionByArnCommand } = await import(
    "@aws-sdk/client-lambda"
  );
  const { layerArn, version } = splitArn(arn);
  try {
    // Deleting what is not there succeeds, which would hide a mistyped number.
    await lambda.send(new GetLayerVersionByArnCommand({ Arn: arn }));
  } catch (error) {
    if (awsErrorCode(error) !== "ResourceNotFoundException") throw error;
    throw new DslError(
      "no_layer_version",
      `There is no layer version ${arn}`,
      "dsl list-layers shows those that there are; --region and --name choose where it looks",
      { cause: error },
    );
  }
  await lambda.send(new DeleteLayerVersionCommand({ LayerName: layerArn, VersionNumber: version }));
}

/** arn:aws:lambda:REGION:ACCOUNT:layer:NAME:VERSION → region, ARN without version, version. */
export function splitArn(arn: string): { region: string; layerArn: string; version: number } {
  const at = arn.lastIndexOf(":");
  return {
    region: required(arn.split(":")[3]),
    layerArn: arn.slice(0, at),
    version: Number(arn.slice(at + 1)),
  };
}

function required<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("AWS left out a part of its answer");
  return value;
}
