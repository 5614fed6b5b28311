import { z } from "zod";
import { oneOf, text } from "./properties.ts";
import { defineResource } from "./resource-type.ts";

const properties = z.strictObject({
  ApiId: text,
  AuthorizationType: oneOf("NONE").optional(),
  OperationName: text.optional(),
  RouteKey: text,
  Target: text.optional(),
});

export const route = defineResource({
  name: "AWS::ApiGatewayV2::Route",
  service: "ApiGatewayV2",
  properties,
  replacing: ["ApiId"],
  attributes: ["RouteId"],

  async create({ properties: { ApiId, RouteKey, Target }, token }, { apis }) {
    const id = token.slice(0, 7);
    apis.putRoute(ApiId, id, { routeKey: RouteKey, target: Target });
    return { id, attributes: { RouteId: id } };
  },

  async update({ properties: { ApiId, RouteKey, Target } }, { id }, { apis }) {
    apis.putRoute(ApiId, id, { routeKey: RouteKey, target: Target });
    return { id, attributes: { RouteId: id } };
  },

  async delete({ id, properties: { ApiId } }, { apis }) {
    apis.removeRoute(ApiId, id);
  },
});
