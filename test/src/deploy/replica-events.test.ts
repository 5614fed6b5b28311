import { expect, test } from "vitest";
import { byHand, withEvents } from "../../../src/deploy/replica-events.ts";

const QUEUES = [
  { QueueArn: "arn:aws:sqs:eu-central-1:1:q", Events: ["s3:ObjectCreated:*" as const] },
];

test("Events for EventBridge are added to what a bucket tells others already", () => {
  expect(withEvents({ $metadata: {}, QueueConfigurations: QUEUES })).toEqual({
    QueueConfigurations: QUEUES,
    EventBridgeConfiguration: {},
  });
});

test("A bucket that sends them is left alone", () => {
  const both = { $metadata: {}, QueueConfigurations: QUEUES, EventBridgeConfiguration: {} };
  expect(withEvents(both)).toBe(null);
});

test("The command to do it by hand keeps everything, too", () => {
  expect(byHand("backups", { QueueConfigurations: QUEUES, EventBridgeConfiguration: {} })).toBe(
    "aws s3api put-bucket-notification-configuration --bucket backups --notification-configuration " +
      `'{"QueueConfigurations":[{"QueueArn":"arn:aws:sqs:eu-central-1:1:q","Events":["s3:ObjectCreated:*"]}],"EventBridgeConfiguration":{}}'`,
  );
});
