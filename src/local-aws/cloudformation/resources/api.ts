import { z } from "zod";
import type { ApiSettings } from "../../http-api/apis.ts";
import { flag, integer, oneOf, tagMap, text } from "./properties.ts";
import { defineResource } from "./resource-type.ts";

const properties = z.strictObject({
  CorsConfiguration: z
    .strictObject({
      AllowCredentials: flag.optional(),
      AllowHeaders: z.array(text).optional(),
      AllowMethods: z.array(text).optional(),
      AllowOrigins: z.array(text).optional(),
      ExposeHeaders: z.array(text).optional(),
      MaxAge: integer(-1, 86_400).optional(),
    })
    .optional(),
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

  async create({ region, properties, tags, token }, { apis }) {
    const { id, endpoint } = await apis.create(region, settingsOf(properties, tags), token);
    return { id, attributes: { ApiEndpoint: endpoint, ApiId: id } };
  },

  async update({ properties, tags }, { id }, { apis }) {
    const { endpoint } = apis.update(id, settingsOf(properties, tags));
    return { id, attributes: { ApiEndpoint: endpoint, ApiId: id } };
  },

  async delete({ id }, { apis }) {
    await apis.delete(id);
  },
});

function settingsOf(given: z.output<typeof properties>, tags: Record<string, string>): ApiSettings {
  const cors = given.CorsConfiguration;
  return {
    name: given.Name,
    description: given.Description ?? "",
    tags,
    cors: cors
      ? {
          allowOrigins: cors.AllowOrigins ?? [],
          allowMethods: cors.AllowMethods ?? [],
          allowHeaders: cors.AllowHeaders ?? [],
          exposeHeaders: cors.ExposeHeaders ?? [],
          allowCredentials: cors.AllowCredentials ?? false,
          maxAge: cors.MaxAge ?? null,
        }
      : null,
  };
}
