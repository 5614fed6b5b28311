import { z } from "zod";
import { oneOf, text } from "./properties.ts";
import { defineResource } from "./resource-type.ts";

const properties = z.strictObject({
  TopicArn: text,
  Protocol: oneOf("email"),
  Endpoint: text,
});

export const subscription = defineResource({
  name: "AWS::SNS::Subscription",
  service: "Sns",
  properties,
  replacing: ["TopicArn", "Protocol", "Endpoint"],
  attributes: ["Arn"],

  async create({ properties: { TopicArn, Protocol, Endpoint }, token }, { topics }) {
    const id = topics.subscribe(TopicArn, Protocol, Endpoint, token);
    return { id, attributes: { Arn: id } };
  },

  /** Each of its properties replaces it. */
  async update(_request, { id }) {
    return { id, attributes: { Arn: id } };
  },

  async delete({ id }, { topics }) {
    topics.unsubscribe(id);
  },
});
