import { z } from "zod";
import { oneOf, policyDocument, text } from "./properties.ts";
import { defineResource, generatedName } from "./resource-type.ts";

const properties = z.strictObject({
  Name: text.optional(),
  Description: text.optional(),
  EventBusName: oneOf("default").optional(),
  EventPattern: policyDocument.optional(),
  ScheduleExpression: text.optional(),
  State: oneOf("ENABLED", "DISABLED").optional(),
  Targets: z
    .array(z.strictObject({ Id: text, Arn: text }))
    .max(5)
    .optional(),
});

export const rule = defineResource({
  name: "AWS::Events::Rule",
  service: "Events",
  properties,
  replacing: ["Name", "EventBusName"],
  attributes: ["Arn"],

  async create(request, { rules }) {
    const name = request.properties.Name ?? generatedName(request, 64);
    const settings = settingsOf(request.properties);
    const { arn } = rules.put(request.region, name, settings, request.token);
    return { id: name, attributes: { Arn: arn } };
  },

  async update(request, { id }, { rules }) {
    const token = rules.tokenOf(request.region, id);
    const { arn } = rules.put(request.region, id, settingsOf(request.properties), token);
    return { id, attributes: { Arn: arn } };
  },

  async delete({ id, region }, { rules }) {
    rules.delete(region, id);
  },
});

function settingsOf(given: z.output<typeof properties>) {
  return {
    description: given.Description ?? "",
    state: given.State ?? ("ENABLED" as const),
    pattern: given.EventPattern,
    schedule: given.ScheduleExpression,
    targets: (given.Targets ?? []).map(({ Id, Arn }) => ({ id: Id, arn: Arn })),
  };
}
