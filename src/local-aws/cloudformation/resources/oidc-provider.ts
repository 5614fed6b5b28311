import { z } from "zod";
import { text } from "./properties.ts";
import { defineResource } from "./resource-type.ts";

const properties = z.strictObject({
  Url: text,
  ClientIdList: z.array(text).optional(),
});

export const oidcProvider = defineResource({
  name: "AWS::IAM::OIDCProvider",
  service: "Iam",
  properties,
  replacing: ["Url"],
  attributes: ["Arn"],

  async create(request, { identities }) {
    const arn = identities.addProvider(request.properties.Url);
    return { id: arn, attributes: { Arn: arn } };
  },

  async update(_request, { id }) {
    return { id, attributes: { Arn: id } };
  },

  async delete({ id }, { identities }) {
    identities.deleteProvider(id);
  },
});
