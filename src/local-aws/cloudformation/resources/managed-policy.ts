import { z } from "zod";
import { policyDocument, text } from "./properties.ts";
import { defineResource, generatedName } from "./resource-type.ts";

const properties = z.strictObject({
  ManagedPolicyName: text.optional(),
  Description: text.optional(),
  PolicyDocument: policyDocument,
});

export const managedPolicy = defineResource({
  name: "AWS::IAM::ManagedPolicy",
  service: "Iam",
  properties,
  replacing: ["ManagedPolicyName", "Description"],
  attributes: ["PolicyArn"],
  capability: ({ ManagedPolicyName }) =>
    ManagedPolicyName === undefined ? "CAPABILITY_IAM" : "CAPABILITY_NAMED_IAM",

  async create(request, { identities }) {
    const name = request.properties.ManagedPolicyName ?? generatedName(request, 128);
    const arn = identities.putPolicy(name, request.properties.PolicyDocument);
    return { id: arn, attributes: { PolicyArn: arn } };
  },

  async update(request, { id }, { identities }) {
    identities.putPolicy(id.split("/").at(-1) ?? "", request.properties.PolicyDocument);
    return { id, attributes: { PolicyArn: id } };
  },

  async delete({ id }, { identities }) {
    identities.deletePolicy(id);
  },
});
