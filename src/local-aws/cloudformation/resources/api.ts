import { z } from "zod";
import { oneOf, tagMap, text } from "./properties.ts";
import { defineResource } from "./resource-type.ts";

const properties = z.strictObject({
  Description: text.optional(),
  Name: text,
  ProtocolType: oneOf("HTTP"),
  Tags: tagMap.optional(),
});

export const api = defineResource({
  name: "AWS::ApiGatewayV2::Api",
  service: "ApiGatewayV2",
  properties,
  replacing: ["ProtocolType"],
  attributes: ["ApiEndpoint", "ApiId"],
  tags: "map",

  async create({ region, properties: { Name, Description }, tags, token }, { apis }) {
    const { id, endpoint } = await apis.create(
      region,
      { name: Name, description: Description ?? "", tags },
      token,
    );
    return { id, attributes: { ApiEndpoint: endpoint, ApiId: id } };
  },

  async update({ properties: { Name, Description }, tags }, { id }, { apis }) {
    const { endpoint } = apis.update(id, { name: Name, description: Description ?? "", tags });
    return { id, attributes: { ApiEndpoint: endpoint, ApiId: id } };
  },

  async delete({ id }, { apis }) {
    await apis.delete(id);
  },
});
