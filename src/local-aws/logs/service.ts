/** CloudWatch Logs: what reads and manages log groups, over AWS JSON 1.1. */
import { z } from "zod";
import { validatedOperations } from "../common/json-operations.ts";
import { AwsFault, type LocalService } from "../common/service.ts";
import { readFilterPattern } from "./filter-pattern.ts";
import type { LogEvent, Logs } from "./logs.ts";

/** Most events of one answer, and most groups or streams. */
const MAX_EVENTS = 10_000;
const MAX_DESCRIBED = 50;

export function createLogsService(logs: Logs, accountId: string): LocalService {
  return {
    signingName: "logs",
    protocol: "json",
    handle: async (request) => {
      const operation = request.headers["x-amz-target"]?.replace(/^Logs_20140328\./, "") ?? "";
      const handler = OPERATIONS[operation];
      if (handler === undefined) {
        throw new AwsFault(
          "UnknownOperationException",
          `The local CloudWatch Logs does not implement ${operation}.`,
        );
      }
      const input = parseJson(request.body.toString());
      const output = handler(input, { logs, region: request.region, accountId });
      return {
        status: 200,
        headers: { "content-type": "application/x-amz-json-1.1" },
        body: JSON.stringify(output),
      };
    },
  };
}

interface Scope {
  logs: Logs;
  region: string;
  accountId: string;
}

type Handler = (input: unknown, scope: Scope) => object;

const operation = validatedOperations<Scope>("InvalidParameterException");

/** The group by its name, or by its ARN. */
const groupFields = {
  logGroupName: z.string().optional(),
  logGroupIdentifier: z.string().optional(),
};

/** Milliseconds since 1970. */
const timeFields = {
  startTime: z.number().optional(),
  endTime: z.number().optional(),
  limit: z.int().min(1).max(MAX_EVENTS).default(MAX_EVENTS),
};

const OPERATIONS: Record<string, Handler> = {
  CreateLogGroup: operation(
    z.strictObject({ logGroupName: z.string() }),
    ({ logGroupName }, { logs, region }) => {
      logs.createGroup(region, logGroupName);
      return {};
    },
  ),

  DeleteLogGroup: operation(
    z.strictObject({ logGroupName: z.string() }),
    ({ logGroupName }, { logs, region }) => {
      logs.deleteGroup(region, logGroupName);
      return {};
    },
  ),

  PutRetentionPolicy: operation(
    z.strictObject({ logGroupName: z.string(), retentionInDays: z.int() }),
    ({ logGroupName, retentionInDays }, { logs, region }) => {
      logs.setRetention(region, logGroupName, retentionInDays);
      return {};
    },
  ),

  DescribeLogGroups: operation(
    z.strictObject({
      logGroupNamePrefix: z.string().optional(),
      limit: z.int().min(1).max(MAX_DESCRIBED).default(MAX_DESCRIBED),
      nextToken: z.string().optional(),
    }),
    ({ logGroupNamePrefix, limit, nextToken }, { logs, region, accountId }) => {
      const groups = logs.listGroups(region, logGroupNamePrefix);
      const { page, next } = pageByName(groups, limit, nextToken);
      return {
        logGroups: page.map((group) => {
          const arn = `arn:aws:logs:${region}:${accountId}:log-group:${group.name}`;
          return {
            logGroupName: group.name,
            creationTime: group.createdAt,
            retentionInDays: group.retentionDays ?? undefined,
            metricFilterCount: 0,
            storedBytes: group.storedBytes,
            arn: `${arn}:*`,
            logGroupArn: arn,
            logGroupClass: "STANDARD",
          };
        }),
        nextToken: next,
      };
    },
  ),

  DescribeLogStreams: operation(
    z.strictObject({
      ...groupFields,
      logStreamNamePrefix: z.string().default(""),
      orderBy: z.enum(["LogStreamName", "LastEventTime"]).default("LogStreamName"),
      descending: z.boolean().default(false),
      limit: z.int().min(1).max(MAX_DESCRIBED).default(MAX_DESCRIBED),
      nextToken: z.string().optional(),
    }),
    (input, { logs, region, accountId }) => {
      const group = groupName(input);
      const streams = logs
        .listStreams(region, group)
        .filter(({ name }) => name.startsWith(input.logStreamNamePrefix));
      if (input.orderBy === "LastEventTime") {
        streams.sort((a, b) => a.lastEventAt - b.lastEventAt);
      }
      if (input.descending) streams.reverse();
      const { page, next } = pageByName(streams, input.limit, input.nextToken);
      return {
        logStreams: page.map((stream) => ({
          logStreamName: stream.name,
          creationTime: stream.firstEventAt,
          firstEventTimestamp: stream.firstEventAt,
          lastEventTimestamp: stream.lastEventAt,
          lastIngestionTime: stream.lastIngestionAt,
          uploadSequenceToken: "0",
          arn: `arn:aws:logs:${region}:${accountId}:log-group:${group}:log-stream:${stream.name}`,
          storedBytes: 0,
        })),
        nextToken: next,
      };
    },
  ),

  GetLogEvents: operation(
    z.strictObject({
      ...groupFields,
      ...timeFields,
      logStreamName: z.string(),
      startFromHead: z.boolean().default(false),
      nextToken: z.string().optional(),
    }),
    (input, { logs, region }) => {
      const group = groupName(input);
      if (!logs.listStreams(region, group).some(({ name }) => name === input.logStreamName)) {
        throw new AwsFault("ResourceNotFoundException", "The specified log stream does not exist.");
      }
      const all = logs.events(region, group, {
        streams: [input.logStreamName],
        from: input.startTime,
        until: input.endTime,
        after: input.nextToken === undefined ? undefined : readEventToken(input.nextToken),
        limit: Number.MAX_SAFE_INTEGER,
      });
      const fromHead = input.startFromHead || input.nextToken !== undefined;
      const page = fromHead ? all.slice(0, input.limit) : all.slice(-input.limit);
      const last = page.at(-1);
      // At the end AWS gives back the token that it was asked with.
      const forward = last === undefined ? (input.nextToken ?? eventToken()) : eventToken(last);
      return {
        events: page.map((event) => ({
          timestamp: event.time,
          message: event.message,
          ingestionTime: event.ingestedAt,
        })),
        nextForwardToken: forward,
        nextBackwardToken: BACKWARD_TOKEN,
      };
    },
  ),

  FilterLogEvents: operation(
    z.strictObject({
      ...groupFields,
      ...timeFields,
      logStreamNames: z.array(z.string()).optional(),
      logStreamNamePrefix: z.string().optional(),
      filterPattern: z.string().default(""),
      interleaved: z.boolean().optional(),
      nextToken: z.string().optional(),
    }),
    (input, { logs, region }) => {
      const group = groupName(input);
      const matches = readFilterPattern(input.filterPattern);
      const fitting = logs
        .events(region, group, {
          streams: input.logStreamNames,
          from: input.startTime,
          until: input.endTime === undefined ? undefined : input.endTime + 1,
          after: input.nextToken === undefined ? undefined : readEventToken(input.nextToken),
          limit: Number.MAX_SAFE_INTEGER,
        })
        .filter(({ stream }) => stream.startsWith(input.logStreamNamePrefix ?? ""))
        .filter(({ message }) => matches(message));
      const page = fitting.slice(0, input.limit);
      return {
        events: page.map((event) => ({
          logStreamName: event.stream,
          timestamp: event.time,
          message: event.message,
          ingestionTime: event.ingestedAt,
          eventId: String(event.id),
        })),
        searchedLogStreams: [],
        nextToken: fitting.length > page.length ? eventToken(page.at(-1)) : undefined,
      };
    },
  ),
};

function parseJson(body: string): unknown {
  try {
    return body === "" ? {} : JSON.parse(body);
  } catch {
    throw new AwsFault("SerializationException", "The request body is not JSON.");
  }
}

function groupName(input: { logGroupName?: string; logGroupIdentifier?: string }): string {
  const { logGroupName, logGroupIdentifier } = input;
  const name =
    logGroupName ?? logGroupIdentifier?.replace(/^arn:[^/]*:log-group:(.*?)(:\*)?$/, "$1");
  if (name === undefined) {
    throw new AwsFault(
      "InvalidParameterException",
      "logGroupName or logGroupIdentifier is needed.",
    );
  }
  return name;
}

/** The token is the name of the last item of the page before. */
function pageByName<Item extends { name: string }>(
  items: Item[],
  limit: number,
  token: string | undefined,
): { page: Item[]; next: string | undefined } {
  const start = token === undefined ? 0 : items.findIndex(({ name }) => name === token) + 1;
  const page = items.slice(start, start + limit);
  return { page, next: items.length > start + limit ? page.at(-1)?.name : undefined };
}

/** AWS always gives one; asking with it is refused, because paging backwards is not implemented. */
const BACKWARD_TOKEN = "b/0/0";

function eventToken(event?: LogEvent): string {
  return event === undefined ? "f/0/0" : `f/${event.time}/${event.id}`;
}

function readEventToken(token: string): { time: number; id: number } {
  const match = /^f\/(\d+)\/(\d+)$/.exec(token);
  if (match === null) {
    throw new AwsFault("InvalidParameterException", "The specified nextToken is invalid.");
  }
  return { time: Number(match[1]), id: Number(match[2]) };
}
