/** CloudWatch over AWS JSON 1.0: alarms, which are made with stacks, and the one metric that is measured here. */
import { z } from "zod";
import { AwsFault, type LocalService } from "../common/service.ts";
import type { Queues } from "../sqs/queues.ts";
import type { Alarm, Alarms } from "./alarms.ts";

const describeAlarms = z.strictObject({
  AlarmNamePrefix: z.string().optional(),
  AlarmNames: z.array(z.string()).optional(),
  NextToken: z.undefined().optional(),
});

const setAlarmState = z.strictObject({
  AlarmName: z.string(),
  StateValue: z.enum(["OK", "ALARM", "INSUFFICIENT_DATA"]),
  StateReason: z.string(),
});

/** Of a queue. Times are in seconds since 1970. */
const getMetricStatistics = z.strictObject({
  Namespace: z.literal("AWS/SQS"),
  MetricName: z.literal("ApproximateAgeOfOldestMessage"),
  Dimensions: z.tuple([z.strictObject({ Name: z.literal("QueueName"), Value: z.string() })]),
  StartTime: z.number(),
  EndTime: z.number(),
  Period: z.literal(60),
  Statistics: z.tuple([z.literal("Maximum")]),
});

export function createCloudWatchService(alarms: Alarms, queues: Queues): LocalService {
  return {
    signingName: "monitoring",
    protocol: "json",
    handle: async (request) => {
      const operation = request.headers["x-amz-target"]?.split(".").at(-1) ?? "";
      const text = request.body.toString() || "{}";
      return {
        status: 200,
        headers: { "content-type": "application/x-amz-json-1.0" },
        body: JSON.stringify(answer(operation, JSON.parse(text), request.region, alarms, queues)),
      };
    },
  };
}

function answer(
  operation: string,
  input: unknown,
  region: string,
  alarms: Alarms,
  queues: Queues,
): object {
  switch (operation) {
    case "DescribeAlarms": {
      const { AlarmNamePrefix = "", AlarmNames } = checked(describeAlarms, input);
      const found = alarms
        .list(region)
        .filter(({ name }) => name.startsWith(AlarmNamePrefix))
        .filter(({ name }) => AlarmNames?.includes(name) ?? true);
      return { MetricAlarms: found.map(described), CompositeAlarms: [] };
    }
    case "SetAlarmState": {
      const { AlarmName, StateValue, StateReason } = checked(setAlarmState, input);
      alarms.setState(region, AlarmName, StateValue, StateReason);
      return {};
    }
    case "GetMetricStatistics": {
      const { Dimensions, MetricName, EndTime } = checked(getMetricStatistics, input);
      const queue = queues.list(region).find(({ name }) => name === Dimensions[0].Value);
      const sent = (queue?.messages ?? []).map(({ sentAt }) => sentAt);
      if (sent.length === 0) return { Label: MetricName, Datapoints: [] };
      const Maximum = Math.max(0, Math.round(EndTime - Math.min(...sent) / 1000));
      const point = { Timestamp: Math.floor(EndTime), Maximum, Unit: "Seconds" };
      return { Label: MetricName, Datapoints: [point] };
    }
    default:
      throw new AwsFault("InvalidAction", `The local CloudWatch does not implement ${operation}.`);
  }
}

function checked<S extends z.ZodType>(schema: S, input: unknown): z.output<S> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  throw new AwsFault("InvalidParameterValue", z.prettifyError(parsed.error));
}

function described({ name, arn, description, state, reason, actions, threshold }: Alarm) {
  return {
    AlarmName: name,
    AlarmArn: arn,
    AlarmDescription: description,
    StateValue: state,
    StateReason: reason,
    AlarmActions: actions,
    Threshold: threshold,
  };
}
