import { z } from "zod";
import { text } from "./properties.ts";
import { defineResource } from "./resource-type.ts";

const properties = z.strictObject({
  Action: text,
  FunctionName: text,
  Principal: text,
  SourceAccount: text.optional(),
  SourceArn: text.optional(),
});

/** Every property replaces it, so `update` is never asked for. */
export const permission = defineResource({
  name: "AWS::Lambda::Permission",
  service: "Lambda",
  properties,
  replacing: ["Action", "FunctionName", "Principal", "SourceAccount", "SourceArn"],
  attributes: ["Id"],

  async create(request, { functions }) {
    const { Action, FunctionName, Principal, SourceAccount, SourceArn } = request.properties;
    const id = `${request.stackName}-${request.logicalId}-${request.token.slice(0, 12)}`;
    functions.addPermission(request.region, FunctionName, {
      id,
      action: Action,
      principal: Principal,
      sourceArn: SourceArn,
      sourceAccount: SourceAccount,
    });
    return { id, attributes: { Id: id } };
  },

  async update(_request, { id }) {
    return { id, attributes: { Id: id } };
  },

  async delete({ id, region, properties: { FunctionName } }, { functions }) {
    functions.removePermission(region, FunctionName, id);
  },
});
