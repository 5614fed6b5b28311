import { z } from "zod";
import type { Identities } from "../../iam/identities.ts";
import { managedPolicy } from "../../iam/managed-policies.ts";
import type { Role } from "../../iam/roles.ts";
import { integer, policyDocument, tagList, text } from "./properties.ts";
import { defineResource, generatedName, type Physical } from "./resource-type.ts";

const properties = z.strictObject({
  AssumeRolePolicyDocument: policyDocument,
  Description: text.optional(),
  ManagedPolicyArns: z.array(text).max(20).optional(),
  MaxSessionDuration: integer(3600, 43_200).optional(),
  Path: text.optional(),
  PermissionsBoundary: text.optional(),
  Policies: z
    .array(z.strictObject({ PolicyName: text, PolicyDocument: policyDocument }))
    .optional(),
  RoleName: text.optional(),
  Tags: tagList.optional(),
});

type Properties = z.output<typeof properties>;

export const role = defineResource({
  name: "AWS::IAM::Role",
  service: "Iam",
  properties,
  replacing: ["Path", "RoleName"],
  attributes: ["Arn", "RoleId"],
  tags: "list",
  capability: ({ RoleName }) =>
    RoleName === undefined ? "CAPABILITY_IAM" : "CAPABILITY_NAMED_IAM",

  async create(request, { roles, identities }) {
    const name = request.properties.RoleName ?? generatedName(request, 64);
    const settings = settingsOf(request.properties, request.tags, identities);
    return physical(roles.create(name, request.properties.Path ?? "/", settings, request.token));
  },

  async update(request, { id }, { roles, identities }) {
    return physical(roles.update(id, settingsOf(request.properties, request.tags, identities)));
  },

  async delete({ id }, { roles }) {
    roles.delete(id);
  },
});

function settingsOf(given: Properties, tags: Record<string, string>, identities: Identities) {
  return {
    description: given.Description ?? "",
    trustPolicy: given.AssumeRolePolicyDocument,
    policies: [
      ...(given.ManagedPolicyArns ?? []).map((arn) => policyOf(arn, identities)),
      ...(given.Policies ?? []).map(({ PolicyName, PolicyDocument }) => ({
        name: PolicyName,
        document: PolicyDocument,
      })),
    ],
    tags,
  };
}

/** AWS's own, or one of the account. Throws NoSuchEntity. */
function policyOf(arn: string, identities: Identities) {
  const isOwn = !arn.startsWith("arn:aws:iam::aws:");
  return isOwn ? { name: arn, document: identities.policy(arn) } : managedPolicy(arn);
}

function physical({ name, arn, id }: Role): Physical {
  return { id: name, attributes: { Arn: arn, RoleId: id } };
}
