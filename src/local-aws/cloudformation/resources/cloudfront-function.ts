import { z } from "zod";
import { flag, oneOf, text } from "./properties.ts";
import { defineResource } from "./resource-type.ts";

const properties = z.strictObject({
  Name: text.pipe(z.string().regex(/^[\w-]{1,64}$/)),
  AutoPublish: flag,
  FunctionCode: text,
  FunctionConfig: z.strictObject({ Comment: text, Runtime: oneOf("cloudfront-js-2.0") }),
});

export const cloudFrontFunction = defineResource({
  name: "AWS::CloudFront::Function",
  service: "CloudFront",
  properties,
  replacing: ["Name"],
  attributes: ["FunctionARN", "FunctionMetadata.FunctionARN", "Stage"],

  async create({ properties: { Name, FunctionCode }, token }, { edgeFunctions }) {
    return physical(edgeFunctions.create(Name, FunctionCode, token));
  },

  async update({ properties: { Name, FunctionCode } }, _existing, { edgeFunctions }) {
    return physical(edgeFunctions.update(Name, FunctionCode));
  },

  async delete({ id }, { edgeFunctions, distributions }) {
    distributions.requireUnused(id);
    edgeFunctions.delete(id.split("/").at(-1) ?? "");
  },
});

/** Ref is the ARN. */
function physical(arn: string) {
  return {
    id: arn,
    attributes: { FunctionARN: arn, "FunctionMetadata.FunctionARN": arn, Stage: "LIVE" },
  };
}
