import { z } from "zod";
import type { Queue, QueueSettings } from "../../sqs/queues.ts";
import { integer, policyDocument, tagList, text } from "./properties.ts";
import type { Services } from "./resource-type.ts";
import { defineResource, generatedName, type Physical } from "./resource-type.ts";

const properties = z.strictObject({
  QueueName: text.optional(),
  VisibilityTimeout: integer(0, 43_200).optional(),
  MessageRetentionPeriod: integer(60, 1_209_600).optional(),
  SqsManagedSseEnabled: z.literal([true, "true"]).optional(),
  RedrivePolicy: policyDocument
    .pipe(z.strictObject({ deadLetterTargetArn: text, maxReceiveCount: integer(1, 1000) }))
    .optional(),
  Tags: tagList.optional(),
});

export const queue = defineResource({
  name: "AWS::SQS::Queue",
  service: "Sqs",
  properties,
  replacing: ["QueueName"],
  attributes: ["Arn", "QueueName", "QueueUrl"],
  tags: "list",

  async create(request, services) {
    const name = request.properties.QueueName ?? generatedName(request, 80);
    const settings = settingsOf(request.properties, request.tags);
    return physical(
      services.queues.create(request.region, name, settings, request.token),
      services,
    );
  },

  async update(request, { id, region }, services) {
    const settings = settingsOf(request.properties, request.tags);
    return physical(services.queues.update(arnOf(id, region, services), settings), services);
  },

  async delete({ id, region }, services) {
    services.queues.delete(arnOf(id, region, services));
  },
});

/** Defaults: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html */
function settingsOf(
  given: z.output<typeof properties>,
  tags: Record<string, string>,
): QueueSettings {
  const { RedrivePolicy: redrive } = given;
  return {
    visibilityTimeout: given.VisibilityTimeout ?? 30,
    retention: given.MessageRetentionPeriod ?? 345_600,
    redrive: redrive && {
      deadLetterArn: redrive.deadLetterTargetArn,
      maxReceiveCount: redrive.maxReceiveCount,
    },
    tags,
  };
}

/** The id of a queue is its URL. The port may be another by the time it is used: the name counts. */
export function arnOf(url: string, region: string, { context }: Services): string {
  return `arn:aws:sqs:${region}:${context.accountId}:${url.split("/").at(-1)}`;
}

function physical({ name, arn }: Queue, { context }: Services): Physical {
  const url = `${context.endpoint()}/${context.accountId}/${name}`;
  return { id: url, attributes: { Arn: arn, QueueName: name, QueueUrl: url } };
}
