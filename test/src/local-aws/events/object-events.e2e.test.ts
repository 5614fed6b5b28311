/** From an object in a bucket to a function: EventBridge, SQS and an event source mapping. */
import { setTimeout as sleep } from "node:timers/promises";
import { AwsClient } from "aws4fetch";
import { expect, test } from "vitest";
import { outputsOf, Stacks } from "../cloudformation/stacks.ts";
import { functionTemplate, upload, zip } from "../lambda/functions.ts";
import { useLocalAws } from "../local-server.ts";

const local = useLocalAws();

/** Prints each key that it is told of, as often as it is; fails for keys with "bad" in them. */
const CODE = `exports.handler = async ({ Records }) => {
  const batchItemFailures = [];
  for (const { messageId, body } of Records) {
    const { detail } = JSON.parse(body);
    console.log("KEY " + detail.object.key + " " + detail.object.size + " " + detail.reason);
    if (detail.object.key.includes("bad")) batchItemFailures.push({ itemIdentifier: messageId });
  }
  return { batchItemFailures };
};`;

const READ_QUEUE = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"];

interface Variant {
  /** Actions of the function's role on the queue. */
  actions?: string[];
  visibility?: number;
  sourceArn?: unknown;
}

function template(key: string, { actions = READ_QUEUE, visibility = 2, sourceArn }: Variant = {}) {
  const base = functionTemplate(key, {
    code: CODE,
    properties: { Timeout: 2 },
    statements: [
      { Effect: "Allow", Action: [...actions, "sqs:None"], Resource: "*" },
      { Effect: "Allow", Action: "logs:*", Resource: "*" },
    ],
  });
  const arnOf = (id: string) => ({ "Fn::GetAtt": [id, "Arn"] });
  return {
    Resources: {
      ...base.Resources,
      Bucket: {
        Type: "AWS::S3::Bucket",
        Properties: {
          NotificationConfiguration: { EventBridgeConfiguration: { EventBridgeEnabled: true } },
        },
      },
      Quiet: { Type: "AWS::S3::Bucket" },
      Dead: { Type: "AWS::SQS::Queue" },
      Queue: {
        Type: "AWS::SQS::Queue",
        Properties: {
          VisibilityTimeout: visibility,
          RedrivePolicy: { deadLetterTargetArn: arnOf("Dead"), maxReceiveCount: 2 },
        },
      },
      QueuePolicy: {
        Type: "AWS::SQS::QueuePolicy",
        Properties: {
          Queues: [{ Ref: "Queue" }],
          PolicyDocument: {
            Version: "2012-10-17",
            Statement: [
              {
                Effect: "Allow",
                Principal: { Service: "events.amazonaws.com" },
                Action: "sqs:SendMessage",
                Resource: arnOf("Queue"),
                Condition: { ArnEquals: { "aws:SourceArn": sourceArn ?? arnOf("Rule") } },
              },
            ],
          },
        },
      },
      Rule: {
        Type: "AWS::Events::Rule",
        Properties: {
          EventPattern: {
            source: ["aws.s3"],
            "detail-type": ["Object Created"],
            detail: {
              bucket: { name: [{ Ref: "Bucket" }] },
              object: { key: [{ prefix: "inbox/" }] },
            },
          },
          Targets: [{ Id: "queue", Arn: arnOf("Queue") }],
        },
      },
      Source: {
        Type: "AWS::Lambda::EventSourceMapping",
        Properties: {
          EventSourceArn: arnOf("Queue"),
          FunctionName: { Ref: "Function" },
          BatchSize: 5,
          FunctionResponseTypes: ["ReportBatchItemFailures"],
          ScalingConfig: { MaximumConcurrency: 2 },
        },
      },
    },
    Outputs: {
      ...base.Outputs,
      Bucket: { Value: { Ref: "Bucket" } },
      Quiet: { Value: { Ref: "Quiet" } },
      DeadUrl: { Value: { Ref: "Dead" } },
      QueueArn: { Value: arnOf("Queue") },
    },
  };
}

async function deploy(name: string, variant: Variant = {}) {
  await upload(local(), `${name}.zip`, zip({ "index.js": CODE }));
  const stacks = new Stacks(local());
  const stack = await stacks.deploy(name, template(`${name}.zip`, variant));
  return { stack, outputs: outputsOf(stack), stacks };
}

/** What the function printed of keys, sorted. */
function printed(functionName: string): string[] {
  const { context, region } = local();
  return context.logs
    .events(region, `/aws/lambda/${functionName}`, { limit: 1000 })
    .map(({ message }) => /KEY (.*)/.exec(message)?.[1])
    .filter((line) => line !== undefined)
    .sort();
}

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let i = 0; i < 3000 && !(await holds()); i++) await sleep(20);
}

test("an object goes to the function, once; one that fails goes to the dead-letter queue", async () => {
  const { outputs } = await deploy("events");
  const { Bucket = "", Quiet = "", FunctionName = "", DeadUrl = "" } = outputs;
  const { objects } = local().context;
  await objects.write(Bucket, "inbox/a b.csv", Buffer.from("12345"));
  await objects.write(Bucket, "inbox/bad.csv", Buffer.from("1"));
  await objects.write(Bucket, "elsewhere/c.csv", Buffer.from("1"));
  await objects.write(Quiet, "inbox/d.csv", Buffer.from("1"));
  objects.delete(Bucket, "inbox/a b.csv");

  const attributes = () =>
    askSqs("GetQueueAttributes", { QueueUrl: DeadUrl, AttributeNames: ["All"] });
  await until(async () => (await attributes()).Attributes?.ApproximateNumberOfMessages === "1");
  expect(printed(FunctionName)).toEqual([
    "inbox/a b.csv 5 PutObject",
    "inbox/bad.csv 1 PutObject",
    "inbox/bad.csv 1 PutObject",
  ]);
  const { Messages } = await askSqs("ReceiveMessage", { QueueUrl: DeadUrl });
  expect(JSON.parse(Messages![0]!.Body)).toMatchObject({
    source: "aws.s3",
    "detail-type": "Object Created",
    detail: {
      object: { key: "inbox/bad.csv", sequencer: expect.stringMatching(/^[0-9A-F]{16}$/) },
    },
  });
  expect(await askSqs("AddPermission", { QueueUrl: DeadUrl })).toMatchObject({
    __type: "InvalidAction",
  });
});

test("a queue whose policy does not let the rule in gets nothing", async () => {
  const { outputs } = await deploy("closed", {
    sourceArn: "arn:aws:events:us-east-1:1:rule/other",
  });
  const { Bucket = "", QueueArn = "" } = outputs;
  await local().context.objects.write(Bucket, "inbox/a.csv", Buffer.from("1"));
  const name = QueueArn.split(":").at(-1)!;
  const QueueUrl = `${local().endpoint}/000000000000/${name}`;
  const { Attributes } = await askSqs("GetQueueAttributes", { QueueUrl, AttributeNames: ["All"] });
  expect(Attributes).toMatchObject({
    ApproximateNumberOfMessages: "0",
    ApproximateNumberOfMessagesNotVisible: "0",
  });
});

test.each([
  [
    "a role that may not read the queue",
    { actions: ["sqs:ReceiveMessage"] },
    "The provided execution role does not have permissions to call DeleteMessage on SQS",
  ],
  [
    "a visibility timeout below the function's timeout",
    { visibility: 1 },
    "Queue visibility timeout: 1 seconds is less than Function timeout: 2 seconds",
  ],
])("%s is refused", async (what, variant, reason) => {
  const name = `refused-${what.split(" ")[1]}`;
  const { stack, stacks } = await deploy(name, variant);
  expect(stack.StackStatus).toBe("ROLLBACK_COMPLETE");
  expect((await stacks.events(name)).join("\n")).toContain(reason);
});

interface SqsAnswer {
  __type?: string;
  Attributes?: Record<string, string>;
  Messages?: { Body: string }[];
}

async function askSqs(operation: string, input: object): Promise<SqsAnswer> {
  const { endpoint, region, credentials } = local();
  const client = new AwsClient({ ...credentials, service: "sqs", region, retries: 0 });
  const answer = await client.fetch(endpoint, {
    method: "POST",
    headers: {
      "x-amz-target": `AmazonSQS.${operation}`,
      "content-type": "application/x-amz-json-1.0",
    },
    body: JSON.stringify(input),
  });
  return (await answer.json()) as SqsAnswer;
}
