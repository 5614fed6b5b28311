import { z } from "zod";
import { policyDocument, text } from "./properties.ts";
import { defineResource } from "./resource-type.ts";

const properties = z.strictObject({ Bucket: text, PolicyDocument: policyDocument });

export const bucketPolicy = defineResource({
  name: "AWS::S3::BucketPolicy",
  service: "S3",
  properties,
  replacing: ["Bucket"],
  attributes: [],

  async create({ properties: { Bucket, PolicyDocument } }, { context }) {
    context.buckets.setPolicy(Bucket, PolicyDocument);
    return { id: Bucket, attributes: {} };
  },

  async update({ properties: { PolicyDocument } }, { id }, { context }) {
    context.buckets.setPolicy(id, PolicyDocument);
    return { id, attributes: {} };
  },

  async delete({ id }, { context }) {
    if (context.buckets.find(id) !== undefined) context.buckets.setPolicy(id, undefined);
  },
});
