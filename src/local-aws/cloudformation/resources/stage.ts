import { z } from "zod";
import { flag, integer, tagMap, text } from "./properties.ts";
import { defineResource } from "./resource-type.ts";

const properties = z.strictObject({
  ApiId: text,
  AutoDeploy: flag.optional(),
  DefaultRouteSettings: z
    .strictObject({ ThrottlingRateLimit: integer(1), ThrottlingBurstLimit: integer(1) })
    .optional(),
  Description: text.optional(),
  StageName: text,
  StageVariables: z.record(z.string(), text).optional(),
  Tags: tagMap.optional(),
});

type Properties = z.output<typeof properties>;

/** Ref gives the stage's name. */
export const stage = defineResource({
  name: "AWS::ApiGatewayV2::Stage",
  service: "ApiGatewayV2",
  properties,
  replacing: ["ApiId", "StageName"],
  attributes: [],
  tags: "map",

  async create({ properties: given, token }, { apis }) {
    apis.createStage(given.ApiId, given.StageName, settingsOf(given), token);
    return { id: given.StageName, attributes: {} };
  },

  async update({ properties: given }, { id }, { apis }) {
    apis.updateStage(given.ApiId, id, settingsOf(given));
    return { id, attributes: {} };
  },

  async delete({ id, properties: { ApiId } }, { apis }) {
    apis.removeStage(ApiId, id);
  },
});

function settingsOf(given: Properties) {
  const { ThrottlingRateLimit: rate, ThrottlingBurstLimit: burst } =
    given.DefaultRouteSettings ?? {};
  return {
    autoDeploy: given.AutoDeploy ?? false,
    variables: given.StageVariables ?? {},
    throttling: rate === undefined || burst === undefined ? null : { rate, burst },
  };
}
