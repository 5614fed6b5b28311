import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  DeleteLogGroupCommand,
  DescribeLogGroupsCommand,
  DescribeLogStreamsCommand,
  FilterLogEventsCommand,
  GetLogEventsCommand,
  PutRetentionPolicyCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { startLocalAws } from "../../../src/local-aws/local-aws.ts";
import type { Logs } from "../../../src/local-aws/logs/logs.ts";
import { temporaryHome, useLocalAws } from "./local-server.ts";

const REGION = "us-east-1";

describe("CloudWatch Logs of the local AWS", () => {
  const local = useLocalAws();
  let client: CloudWatchLogsClient;
  let logs: Logs;
  let group: string;
  let nextGroup = 0;

  beforeAll(() => {
    logs = local().context.logs;
    client = new CloudWatchLogsClient({
      endpoint: local().endpoint,
      region: REGION,
      maxAttempts: 1,
      credentials: { accessKeyId: "local", secretAccessKey: "local" },
    });
  });

  beforeEach(async () => {
    nextGroup += 1;
    group = `/aws/lambda/test-${nextGroup}`;
    await client.send(new CreateLogGroupCommand({ logGroupName: group }));
  });

  afterAll(() => client.destroy());

  function append(stream: string, ...messages: [time: number, message: string][]) {
    logs.append(
      REGION,
      group,
      stream,
      messages.map(([time, message]) => ({ time, message })),
    );
  }

  test("lists groups with what is known of them", async () => {
    await client.send(new PutRetentionPolicyCommand({ logGroupName: group, retentionInDays: 14 }));
    const { logGroups } = await client.send(
      new DescribeLogGroupsCommand({ logGroupNamePrefix: group }),
    );
    expect(logGroups).toMatchObject([
      {
        logGroupName: group,
        retentionInDays: 14,
        arn: `arn:aws:logs:us-east-1:000000000000:log-group:${group}:*`,
      },
    ]);
  });

  test("refuses a retention that AWS does not offer", async () => {
    await expect(
      client.send(new PutRetentionPolicyCommand({ logGroupName: group, retentionInDays: 15 })),
    ).rejects.toMatchObject({ name: "InvalidParameterException" });
  });

  test("has each group once", async () => {
    await expect(
      client.send(new CreateLogGroupCommand({ logGroupName: group })),
    ).rejects.toMatchObject({ name: "ResourceAlreadyExistsException" });
  });

  test("has groups by region", async () => {
    logs.createGroup("eu-west-1", group);
    logs.deleteGroup("eu-west-1", group);
    expect(logs.findGroup(REGION, group)).toBeDefined();
  });

  test("forgets a deleted group and its events", async () => {
    append("stream", [1, "line"]);
    await client.send(new DeleteLogGroupCommand({ logGroupName: group }));
    await expect(
      client.send(new FilterLogEventsCommand({ logGroupName: group })),
    ).rejects.toMatchObject({ name: "ResourceNotFoundException" });
    await client.send(new CreateLogGroupCommand({ logGroupName: group }));
    const { events } = await client.send(new FilterLogEventsCommand({ logGroupName: group }));
    expect(events).toEqual([]);
  });

  test("creates a group that is missing when lines are appended", () => {
    logs.append(REGION, `${group}-new`, "stream", [{ time: 1, message: "line" }]);
    expect(logs.findGroup(REGION, `${group}-new`)).toMatchObject({ retentionDays: null });
  });

  test("lists streams by name, or the latest first", async () => {
    append("a", [1, "x"], [30, "y"]);
    append("b", [20, "x"]);
    append("c", [10, "x"]);
    const names = async (input: { orderBy?: "LastEventTime"; descending?: boolean }) => {
      const { logStreams = [] } = await client.send(
        new DescribeLogStreamsCommand({ logGroupName: group, ...input }),
      );
      return logStreams.map(({ logStreamName }) => logStreamName);
    };
    expect(await names({})).toEqual(["a", "b", "c"]);
    expect(await names({ orderBy: "LastEventTime", descending: true })).toEqual(["a", "b", "c"]);
    expect(await names({ orderBy: "LastEventTime" })).toEqual(["c", "b", "a"]);
  });

  test("gives a stream's events, the last ones or page by page from the first", async () => {
    append("stream", [1, "one"], [2, "two"], [3, "three"]);
    const read = (input: { startFromHead?: boolean; limit?: number; nextToken?: string }) =>
      client.send(
        new GetLogEventsCommand({ logGroupName: group, logStreamName: "stream", ...input }),
      );
    const last = await read({ limit: 2 });
    expect(last.events?.map(({ message }) => message)).toEqual(["two", "three"]);
    const first = await read({ limit: 2, startFromHead: true });
    expect(first.events?.map(({ message }) => message)).toEqual(["one", "two"]);
    const second = await read({ limit: 2, nextToken: first.nextForwardToken });
    expect(second.events?.map(({ message }) => message)).toEqual(["three"]);
    const end = await read({ nextToken: second.nextForwardToken });
    expect(end.events).toEqual([]);
    expect(end.nextForwardToken).toBe(second.nextForwardToken);
  });

  test("filters events of all streams by time and text", async () => {
    append("a", [10, "START"], [30, "ERROR it broke"]);
    append("b", [20, "all well"]);
    const filter = async (input: {
      startTime?: number;
      endTime?: number;
      filterPattern?: string;
      logStreamNames?: string[];
    }) => {
      const { events = [] } = await client.send(
        new FilterLogEventsCommand({ logGroupName: group, ...input }),
      );
      return events.map(({ message }) => message);
    };
    expect(await filter({})).toEqual(["START", "all well", "ERROR it broke"]);
    expect(await filter({ startTime: 20, endTime: 30 })).toEqual(["all well", "ERROR it broke"]);
    expect(await filter({ filterPattern: "ERROR" })).toEqual(["ERROR it broke"]);
    expect(await filter({ filterPattern: '"all well"' })).toEqual(["all well"]);
    expect(await filter({ logStreamNames: ["b"] })).toEqual(["all well"]);
    await expect(filter({ filterPattern: "{ $.level = 1 }" })).rejects.toMatchObject({
      name: "InvalidParameterException",
    });
  });
});

test("logs survive a restart", async () => {
  const home = temporaryHome();
  const first = await startLocalAws({ home, port: 0, secretAccessKey: "local" });
  first.context.logs.append(REGION, "group", "stream", [{ time: 1, message: "kept" }]);
  await first.close();
  const second = await startLocalAws({ home, port: 0, secretAccessKey: "local" });
  expect(second.context.logs.events(REGION, "group", { limit: 10 })).toMatchObject([
    { message: "kept", time: 1, stream: "stream" },
  ]);
  await second.close();
});
