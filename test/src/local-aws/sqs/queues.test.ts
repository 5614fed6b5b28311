import { expect, test } from "vitest";
import { letsSend, parseQueuePolicy } from "../../../../src/local-aws/sqs/queue-policy.ts";
import { Queues } from "../../../../src/local-aws/sqs/queues.ts";
import { temporaryHome } from "../local-server.ts";

const home = temporaryHome();
const REGION = "us-east-1";
const PLAIN = { visibilityTimeout: 30, retention: 3600, redrive: undefined, tags: {} };

let now = 1_000_000_000_000;
let names = 0;

function newQueue(queues: Queues, settings = {}) {
  return queues.create(REGION, `queue-${++names}`, { ...PLAIN, ...settings }, "token").arn;
}

function open(): Queues {
  return new Queues(home, "000000000000", () => now);
}

const bodies = (messages: { body: string }[]) => messages.map(({ body }) => body);

test("a message is received once until its visibility timeout is over", () => {
  const queues = open();
  const arn = newQueue(queues);
  queues.send(arn, "one");
  expect(bodies(queues.receive(arn, 10))).toEqual(["one"]);
  expect(queues.receive(arn, 10)).toEqual([]);
  now += 30_000;
  expect(queues.receive(arn, 10)).toMatchObject([{ body: "one", receiveCount: 2 }]);
});

test("a message is deleted by the receipt of its last reception only", () => {
  const queues = open();
  const arn = newQueue(queues);
  queues.send(arn, "one");
  const [first] = queues.receive(arn, 1);
  now += 30_000;
  const [second] = queues.receive(arn, 1);
  queues.deleteMessage(arn, first!.receiptHandle);
  now += 30_000;
  expect(queues.receive(arn, 1)).toHaveLength(1);
  queues.deleteMessage(arn, second!.receiptHandle);
  now += 30_000;
  const [third] = queues.receive(arn, 1);
  queues.deleteMessage(arn, third!.receiptHandle);
  now += 30_000;
  expect(queues.receive(arn, 1)).toEqual([]);
});

test("a message that was received too often goes to the dead-letter queue", () => {
  const queues = open();
  const dead = newQueue(queues);
  const arn = newQueue(queues, { redrive: { deadLetterArn: dead, maxReceiveCount: 3 } });
  queues.send(arn, "poison");
  for (let i = 0; i < 3; i++) {
    expect(queues.receive(arn, 1)).toHaveLength(1);
    now += 30_000;
  }
  expect(queues.receive(arn, 1)).toEqual([]);
  expect(bodies(queues.receive(dead, 1))).toEqual(["poison"]);
});

test("messages outlive the server, but not their retention", () => {
  const arn = newQueue(open());
  open().send(arn, "kept");
  expect(bodies(open().receive(arn, 1))).toEqual(["kept"]);
  now += 3_600_000;
  expect(open().receive(arn, 1)).toEqual([]);
});

test("a dead-letter queue has to exist", () => {
  const redrive = { deadLetterArn: "arn:aws:sqs:us-east-1:000000000000:none", maxReceiveCount: 3 };
  expect(() => newQueue(open(), { redrive })).toThrow("Dead letter target does not exist");
});

test("a queue lets in whom its policy names, for the sources that it names", () => {
  const policy = parseQueuePolicy({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { Service: "events.amazonaws.com" },
        Action: "sqs:SendMessage",
        Resource: "arn:queue",
        Condition: { ArnEquals: { "aws:SourceArn": "arn:rule" } },
      },
    ],
  });
  expect(letsSend(policy, "arn:queue", "events.amazonaws.com", "arn:rule")).toBe(true);
  expect(letsSend(policy, "arn:queue", "events.amazonaws.com", "arn:other")).toBe(false);
  expect(letsSend(policy, "arn:other", "events.amazonaws.com", "arn:rule")).toBe(false);
  expect(letsSend(policy, "arn:queue", "s3.amazonaws.com", "arn:rule")).toBe(false);
  expect(letsSend(undefined, "arn:queue", "events.amazonaws.com", "arn:rule")).toBe(false);
  expect(() =>
    parseQueuePolicy({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal: "*", Action: "*", Resource: "*" }],
    }),
  ).toThrow("a part of the language that the local AWS does not enforce");
});
