import { z } from "zod";
import { integer, oneOf, tagList, text } from "./properties.ts";
import { defineResource, generatedName, type Physical, type Services } from "./resource-type.ts";

const properties = z.strictObject({
  LogGroupName: text.optional(),
  RetentionInDays: integer(1).optional(),
  LogGroupClass: oneOf("STANDARD").optional(),
  Tags: tagList.optional(),
});

export const logGroup = defineResource({
  name: "AWS::Logs::LogGroup",
  service: "CloudWatchLogs",
  properties,
  replacing: ["LogGroupName"],
  attributes: ["Arn"],
  tags: "list",

  async create(request, services) {
    const { logs } = services.context;
    const { LogGroupName, RetentionInDays } = request.properties;
    const name = LogGroupName ?? generatedName(request, 512);
    const ours = LogGroupName === undefined && logs.findGroup(request.region, name) !== undefined;
    if (!ours) logs.createGroup(request.region, name);
    logs.setRetention(request.region, name, RetentionInDays);
    return physical(name, request.region, services);
  },

  async update(request, { id }, services) {
    services.context.logs.setRetention(request.region, id, request.properties.RetentionInDays);
    return physical(id, request.region, services);
  },

  async delete({ id, region }, { context: { logs } }) {
    if (logs.findGroup(region, id) !== undefined) logs.deleteGroup(region, id);
  },
});

function physical(name: string, region: string, { context }: Services): Physical {
  const Arn = `arn:aws:logs:${region}:${context.accountId}:log-group:${name}:*`;
  return { id: name, attributes: { Arn } };
}
