import { z } from "zod";
import { integer, oneOf, text } from "./properties.ts";
import { defineResource } from "./resource-type.ts";

const properties = z.strictObject({
  ApiId: text,
  ConnectionType: oneOf("INTERNET").optional(),
  Description: text.optional(),
  IntegrationMethod: oneOf("POST").optional(),
  IntegrationType: oneOf("AWS_PROXY"),
  IntegrationUri: text,
  PayloadFormatVersion: oneOf("2.0"),
  TimeoutInMillis: integer(50, 30_000).optional(),
});

type Properties = z.output<typeof properties>;

export const integration = defineResource({
  name: "AWS::ApiGatewayV2::Integration",
  service: "ApiGatewayV2",
  properties,
  replacing: ["ApiId"],
  attributes: ["IntegrationId"],

  async create({ properties: given, token }, { apis }) {
    const id = token.slice(0, 7);
    apis.putIntegration(given.ApiId, id, settingsOf(given));
    return { id, attributes: { IntegrationId: id } };
  },

  async update({ properties: given }, { id }, { apis }) {
    apis.putIntegration(given.ApiId, id, settingsOf(given));
    return { id, attributes: { IntegrationId: id } };
  },

  async delete({ id, properties: { ApiId } }, { apis }) {
    apis.removeIntegration(ApiId, id);
  },
});

function settingsOf(given: Properties) {
  return {
    functionArn: given.IntegrationUri,
    timeoutMilliseconds: given.TimeoutInMillis ?? 30_000,
  };
}
