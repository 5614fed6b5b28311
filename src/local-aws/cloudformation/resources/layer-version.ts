import { z } from "zod";
import { oneOf, text } from "./properties.ts";
import { defineResource, generatedName } from "./resource-type.ts";

const properties = z.strictObject({
  Content: z.strictObject({ S3Bucket: text, S3Key: text, S3ObjectVersion: text.optional() }),
  CompatibleArchitectures: z.array(oneOf("arm64", "x86_64")).optional(),
  CompatibleRuntimes: z.array(text).optional(),
  Description: text.optional(),
  LayerName: text.optional(),
  LicenseInfo: text.optional(),
});

/** A version never changes: every property replaces it, so `update` is never asked for. */
export const layerVersion = defineResource({
  name: "AWS::Lambda::LayerVersion",
  service: "Lambda",
  properties,
  replacing: [
    "Content",
    "CompatibleArchitectures",
    "CompatibleRuntimes",
    "Description",
    "LayerName",
    "LicenseInfo",
  ],
  attributes: ["LayerVersionArn"],

  async create(request, { layers }) {
    const given = request.properties;
    const { S3Bucket, S3Key, S3ObjectVersion } = given.Content;
    const published = await layers.publish({
      region: request.region,
      name: given.LayerName ?? generatedName(request, 140),
      description: given.Description ?? "",
      compatibleRuntimes: given.CompatibleRuntimes ?? [],
      compatibleArchitectures: given.CompatibleArchitectures ?? [],
      licenseInfo: given.LicenseInfo ?? "",
      zip: { bucket: S3Bucket, key: S3Key, version: S3ObjectVersion },
      token: request.token,
    });
    return { id: published.arn, attributes: { LayerVersionArn: published.arn } };
  },

  async update(_request, { id }) {
    return { id, attributes: { LayerVersionArn: id } };
  },

  async delete({ id }, { layers }) {
    layers.delete(id);
  },
});
