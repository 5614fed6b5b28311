import { z } from "zod";
import { policyDocument, text } from "./properties.ts";
import { arnOf } from "./queue.ts";
import { defineResource, type ResourceRequest, type Services } from "./resource-type.ts";

const properties = z.strictObject({ Queues: z.array(text).min(1), PolicyDocument: policyDocument });

export const queuePolicy = defineResource({
  name: "AWS::SQS::QueuePolicy",
  service: "Sqs",
  properties,
  replacing: [],
  attributes: ["Id"],

  async create(request, services) {
    setPolicies(request, services);
    const id = `${request.stackName}-${request.logicalId}-${request.token.slice(0, 12)}`;
    return { id, attributes: { Id: id } };
  },

  async update(request, { id, region, properties: before }, services) {
    setPolicies(request, services);
    const left = before.Queues.filter((url) => !request.properties.Queues.includes(url));
    removePolicies(left, region, services);
    return { id, attributes: { Id: id } };
  },

  async delete({ region, properties: { Queues } }, services) {
    removePolicies(Queues, region, services);
  },
});

type Properties = z.output<typeof properties>;

function setPolicies(request: ResourceRequest<Properties>, services: Services): void {
  const { Queues, PolicyDocument } = request.properties;
  for (const url of Queues) {
    services.queues.setPolicy(arnOf(url, request.region, services), PolicyDocument);
  }
}

function removePolicies(urls: string[], region: string, services: Services): void {
  for (const url of urls) {
    const arn = arnOf(url, region, services);
    if (services.queues.find(arn) !== undefined) services.queues.setPolicy(arn, undefined);
  }
}
