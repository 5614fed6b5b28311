import { z } from "zod";
import type { FunctionSettings } from "../../lambda/functions.ts";
import { integer, oneOf, tagList, text } from "./properties.ts";
import { defineResource, generatedName } from "./resource-type.ts";

const properties = z.strictObject({
  Architectures: z.array(oneOf("arm64", "x86_64")).min(1).max(1).optional(),
  Code: z.strictObject({ S3Bucket: text, S3Key: text, S3ObjectVersion: text.optional() }),
  Description: text.optional(),
  Environment: z.strictObject({ Variables: z.record(z.string(), text).optional() }).optional(),
  EphemeralStorage: z.strictObject({ Size: integer(512, 10_240) }).optional(),
  FunctionName: text.optional(),
  Handler: text.optional(),
  Layers: z.array(text).max(5).optional(),
  LoggingConfig: z
    .strictObject({ LogGroup: text.optional(), LogFormat: oneOf("Text", "JSON").optional() })
    .optional(),
  MemorySize: integer(128, 10_240).optional(),
  PackageType: oneOf("Zip").optional(),
  ReservedConcurrentExecutions: integer(0).optional(),
  Role: text,
  Runtime: text.optional(),
  Tags: tagList.optional(),
  Timeout: integer(1, 900).optional(),
  VpcConfig: z
    .strictObject({
      SecurityGroupIds: z.array(text).max(5).optional(),
      SubnetIds: z.array(text).max(16).optional(),
    })
    .optional(),
  /** Taken and kept; there is no X-Ray here to take traces. */
  TracingConfig: z.strictObject({ Mode: oneOf("Active", "PassThrough") }).optional(),
});

type Properties = z.output<typeof properties>;

export const lambdaFunction = defineResource({
  name: "AWS::Lambda::Function",
  service: "Lambda",
  properties,
  replacing: ["FunctionName", "PackageType"],
  attributes: ["Arn"],
  tags: "list",

  async create(request, { functions }) {
    const name = request.properties.FunctionName ?? generatedName(request, 64);
    const settings = settingsOf(name, request.properties, request.tags);
    const { arn } = await functions.create(request.region, name, settings, request.token);
    return { id: name, attributes: { Arn: arn } };
  },

  async update(request, { id }, { functions }) {
    const settings = settingsOf(id, request.properties, request.tags);
    const { arn } = await functions.update(request.region, id, settings);
    return { id, attributes: { Arn: arn } };
  },

  async delete({ id, region }, { functions }) {
    functions.delete(region, id);
  },
});

/** Defaults: https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html */
function settingsOf(
  name: string,
  given: Properties,
  tags: Record<string, string>,
): FunctionSettings {
  return {
    description: given.Description ?? "",
    runtime: given.Runtime ?? "",
    handler: given.Handler ?? "",
    roleArn: given.Role,
    architecture: given.Architectures?.[0] ?? "x86_64",
    memorySize: given.MemorySize ?? 128,
    timeout: given.Timeout ?? 3,
    ephemeralStorage: given.EphemeralStorage?.Size ?? 512,
    layers: given.Layers ?? [],
    environment: given.Environment?.Variables ?? {},
    logGroup: given.LoggingConfig?.LogGroup ?? `/aws/lambda/${name}`,
    logFormat: given.LoggingConfig?.LogFormat ?? "Text",
    vpc: {
      subnetIds: given.VpcConfig?.SubnetIds ?? [],
      securityGroupIds: given.VpcConfig?.SecurityGroupIds ?? [],
    },
    reservedConcurrency: given.ReservedConcurrentExecutions,
    tags,
    code: {
      bucket: given.Code.S3Bucket,
      key: given.Code.S3Key,
      version: given.Code.S3ObjectVersion,
    },
  };
}
