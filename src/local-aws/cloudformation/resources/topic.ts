import { z } from "zod";
import type { Topic } from "../../sns/topics.ts";
import { tagList, text } from "./properties.ts";
import { defineResource, generatedName, type Physical } from "./resource-type.ts";

const properties = z.strictObject({
  TopicName: text.optional(),
  DisplayName: text.optional(),
  Tags: tagList.optional(),
});

export const topic = defineResource({
  name: "AWS::SNS::Topic",
  service: "Sns",
  properties,
  replacing: ["TopicName"],
  attributes: ["TopicArn", "TopicName"],
  tags: "list",

  async create(request, { topics }) {
    const name = request.properties.TopicName ?? generatedName(request, 256);
    const displayName = request.properties.DisplayName ?? "";
    return physical(topics.put(request.region, name, { displayName, tags: request.tags }));
  },

  async update(request, { id, region }, { topics }) {
    const displayName = request.properties.DisplayName ?? "";
    return physical(topics.put(region, nameOf(id), { displayName, tags: request.tags }));
  },

  async delete({ id }, { topics }) {
    topics.delete(id);
  },
});

function physical({ arn }: Topic): Physical {
  return { id: arn, attributes: { TopicArn: arn, TopicName: nameOf(arn) } };
}

function nameOf(arn: string): string {
  return arn.split(":").at(-1) ?? "";
}
