/** SQS over AWS JSON 1.0: sending, receiving and looking. Queues are made with stacks. */
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { parseJsonBody, validatedOperations } from "../common/json-operations.ts";
import { AwsFault, type LocalService, type Permits } from "../common/service.ts";
import type { LocalContext } from "../context/context.ts";
import type { Message, Queue, Queues } from "./queues.ts";

/** Bytes of a message: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html */
const LARGEST_MESSAGE = 1024 * 1024;

/** How often a call that waits for messages looks. */
const POLL_MS = 50;

export function createSqsService(
  context: LocalContext,
  queues: Queues,
  permits: Permits,
): LocalService {
  return {
    signingName: "sqs",
    protocol: "json",
    handle: async (request) => {
      const name = request.headers["x-amz-target"]?.replace(/^AmazonSQS\./, "") ?? "";
      const handler = OPERATIONS[name];
      if (handler === undefined) {
        throw new AwsFault("InvalidAction", `The local SQS does not implement ${name}.`);
      }
      const { accessKeyId, region } = request;
      const desk: Desk = {
        queues,
        region,
        urlOf: (queue) => `${context.endpoint()}/${context.accountId}/${queue.name}`,
        queueAt: (url, operation = name) => {
          const queue = queues.get(
            `arn:aws:sqs:${region}:${context.accountId}:${url.split("/").at(-1)}`,
          );
          if (permits(accessKeyId, `sqs:${operation}`, queue.arn)) return queue;
          throw new AwsFault("AccessDenied", `Access to the resource ${url} is denied.`, 403);
        },
      };
      const output = await handler(parseJsonBody(request.body.toString()), desk);
      return {
        status: 200,
        headers: { "content-type": "application/x-amz-json-1.0" },
        body: JSON.stringify(output),
      };
    },
  };
}

interface Desk {
  queues: Queues;
  region: string;
  urlOf(queue: Queue): string;
  /** Throws when there is no such queue, or the caller may not do this to it. */
  queueAt(url: string, operation?: string): Queue;
}

type Handler = (input: unknown, desk: Desk) => object | Promise<object>;

const operation = validatedOperations<Desk, object | Promise<object>>("InvalidParameterValue");

const QueueUrl = z.string();

const OPERATIONS: Record<string, Handler> = {
  ListQueues: operation(
    z.strictObject({ QueueNamePrefix: z.string().default("") }),
    ({ QueueNamePrefix }, { queues, region, urlOf }) => ({
      QueueUrls: queues
        .list(region)
        .filter(({ name }) => name.startsWith(QueueNamePrefix))
        .map(urlOf),
    }),
  ),

  GetQueueUrl: operation(z.strictObject({ QueueName: z.string() }), ({ QueueName }, desk) => ({
    QueueUrl: desk.urlOf(desk.queueAt(QueueName)),
  })),

  GetQueueAttributes: operation(
    z.strictObject({ QueueUrl, AttributeNames: z.array(z.string()).default([]) }),
    ({ QueueUrl, AttributeNames }, { queueAt }) => {
      const all = attributesOf(queueAt(QueueUrl));
      const wanted = Object.entries(all).filter(
        ([name]) => AttributeNames.includes("All") || AttributeNames.includes(name),
      );
      return { Attributes: Object.fromEntries(wanted) };
    },
  ),

  SendMessage: operation(
    z.strictObject({ QueueUrl, MessageBody: z.string().min(1) }),
    ({ QueueUrl, MessageBody }, { queues, queueAt }) => {
      if (Buffer.byteLength(MessageBody) > LARGEST_MESSAGE) {
        throw new AwsFault(
          "InvalidParameterValue",
          `One or more parameters are invalid. Reason: Message must be shorter than ${LARGEST_MESSAGE} bytes.`,
        );
      }
      const { id, md5 } = queues.send(queueAt(QueueUrl).arn, MessageBody);
      return { MessageId: id, MD5OfMessageBody: md5 };
    },
  ),

  ReceiveMessage: operation(
    z.strictObject({
      QueueUrl,
      MaxNumberOfMessages: z.int().min(1).max(10).default(1),
      VisibilityTimeout: z.int().min(0).max(43_200).optional(),
      WaitTimeSeconds: z.int().min(0).max(20).default(0),
      MessageSystemAttributeNames: z.array(z.enum(["SentTimestamp"])).default([]),
    }),
    async (input, { queues, queueAt }) => {
      const { arn } = queueAt(input.QueueUrl);
      const { MaxNumberOfMessages, VisibilityTimeout, MessageSystemAttributeNames } = input;
      const end = Date.now() + 1000 * input.WaitTimeSeconds;
      let messages = queues.receive(arn, MaxNumberOfMessages, VisibilityTimeout);
      while (messages.length === 0 && Date.now() < end) {
        await sleep(POLL_MS);
        messages = queues.receive(arn, MaxNumberOfMessages, VisibilityTimeout);
      }
      return {
        Messages: messages.map(({ id, receiptHandle, md5, body, sentAt }: Message) => ({
          MessageId: id,
          ReceiptHandle: receiptHandle,
          MD5OfBody: md5,
          Body: body,
          ...(MessageSystemAttributeNames.length > 0 && {
            Attributes: { SentTimestamp: String(sentAt) },
          }),
        })),
      };
    },
  ),

  DeleteMessage: operation(
    z.strictObject({ QueueUrl, ReceiptHandle: z.string() }),
    ({ QueueUrl, ReceiptHandle }, { queues, queueAt }) => {
      queues.deleteMessage(queueAt(QueueUrl).arn, ReceiptHandle);
      return {};
    },
  ),

  // The permission is that of DeleteMessage.
  DeleteMessageBatch: operation(
    z.strictObject({
      QueueUrl,
      Entries: z
        .array(z.strictObject({ Id: z.string(), ReceiptHandle: z.string() }))
        .min(1)
        .max(10),
    }),
    ({ QueueUrl, Entries }, { queues, queueAt }) => {
      const { arn } = queueAt(QueueUrl, "DeleteMessage");
      for (const { ReceiptHandle } of Entries) queues.deleteMessage(arn, ReceiptHandle);
      return { Successful: Entries.map(({ Id }) => ({ Id })), Failed: [] };
    },
  ),

  // The permission is that of ChangeMessageVisibility.
  ChangeMessageVisibilityBatch: operation(
    z.strictObject({
      QueueUrl,
      Entries: z
        .array(
          z.strictObject({
            Id: z.string(),
            ReceiptHandle: z.string(),
            VisibilityTimeout: z.int().min(0).max(43_200),
          }),
        )
        .min(1)
        .max(10),
    }),
    ({ QueueUrl, Entries }, { queues, queueAt }) => {
      const { arn } = queueAt(QueueUrl, "ChangeMessageVisibility");
      for (const { ReceiptHandle, VisibilityTimeout } of Entries) {
        queues.changeVisibility(arn, ReceiptHandle, VisibilityTimeout);
      }
      return { Successful: Entries.map(({ Id }) => ({ Id })), Failed: [] };
    },
  ),

  SetQueueAttributes: operation(
    z.strictObject({
      QueueUrl,
      Attributes: z.strictObject({ VisibilityTimeout: z.string().regex(/^\d{1,5}$/) }),
    }),
    ({ QueueUrl, Attributes }, { queues, queueAt }) => {
      const queue = queueAt(QueueUrl);
      queues.update(queue.arn, {
        ...queue,
        visibilityTimeout: Number(Attributes.VisibilityTimeout),
      });
      return {};
    },
  ),
};

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_GetQueueAttributes.html */
function attributesOf(queue: Queue): Record<string, string> {
  const now = Date.now();
  const waiting = queue.messages.filter(({ visibleAt }) => visibleAt <= now).length;
  return {
    QueueArn: queue.arn,
    ApproximateNumberOfMessages: String(waiting),
    ApproximateNumberOfMessagesNotVisible: String(queue.messages.length - waiting),
    VisibilityTimeout: String(queue.visibilityTimeout),
    MessageRetentionPeriod: String(queue.retention),
  };
}
