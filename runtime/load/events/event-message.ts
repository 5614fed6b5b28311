/**
 * What the collector puts into the queue and the loader takes out: events for one table, as they were sent.
 */
import { hash, randomBytes } from "node:crypto";
import {
  asArray,
  asCount,
  asNull,
  asObject,
  asString,
  InvalidData,
  parseJson,
} from "../../core/format/check.ts";

/**
 * How rows go in. `append`: each event is a row with lists below it. The others are Datasette's writes of
 * flat rows: `insert` refuses a row whose key is there, `ignore` leaves it out, `replace` and `upsert`
 * write over it.
 */
export const WRITES = ["append", "insert", "ignore", "replace", "upsert"] as const;
export type Write = (typeof WRITES)[number];

export interface EventMessage {
  /** Of the request; texts of ids have the order of their times. */
  id: string;
  /** When the collector took it; ISO 8601, UTC. */
  at: string;
  /** Where it goes, whenever it is loaded; null in messages of dsl before there was a choice. */
  database: string | null;
  table: string;
  write: Write;
  /** Columns of the primary key that the table gets if it is new; null for none. */
  key: string[] | null;
  /** Where in the request each event was. */
  positions: number[];
  /** Why it could not be loaded, of one that lies apart. */
  reason?: string;
  /** Each event's JSON text, as it was sent but for line feeds, which it has none of: see `oneLine`. */
  events: string[];
}

/** SQS's, in bytes: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html */
export const LARGEST_MESSAGE = 1024 * 1024;

/** Like Base64, but the texts have the order of the numbers; safe in URLs. */
const DIGITS = "-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz";
const TIME_DIGITS = 8;
const RANDOM_DIGITS = 8;
const POSITION_DIGITS = 4;
/** Before the ids that are made of a client's key: those made of a time begin with it in the year 5138. */
const KEYED = "k";

/** An id for a request that comes now, unlike any other. */
export function newRequestId(now: Date): string {
  const random = [...randomBytes(RANDOM_DIGITS)].map((byte) => DIGITS[byte & 63]).join("");
  return digits(now.getTime(), TIME_DIGITS) + random;
}

/** The same id for the same key of a client, who sends again what may have arrived. */
export function requestIdOf(key: string): string {
  const bytes = [...Buffer.from(hash("sha256", key), "hex").subarray(0, 15)];
  return `${KEYED}${bytes.map((byte) => DIGITS[byte & 63]).join("")}`;
}

/** Whether the same request may come once more as another one, perhaps a month later. */
export function isKeyed(requestId: string): boolean {
  return requestId.startsWith(KEYED);
}

/** The `_dlt_id` of an event: what is delivered twice is the same row. */
export function eventId(requestId: string, position: number): string {
  return requestId + digits(position, POSITION_DIGITS);
}

function digits(number: number, count: number): string {
  let text = "";
  for (let rest = number; text.length < count; rest = Math.floor(rest / 64)) {
    text = DIGITS[rest % 64] + text;
  }
  return text;
}

/** The same JSON without line feeds: inside of strings it has none, elsewhere they are white space. */
export function oneLine(json: string): string {
  return json.replace(/[\r\n]+/g, " ");
}

/** As it goes into the queue: the events are JSON already. */
export function encodeMessage(message: EventMessage): string {
  const { events, positions, ...head } = message;
  const first = positions[0] ?? 0;
  const isRun = positions.every((position, i) => position === first + i);
  const text = JSON.stringify({ ...head, positions: isRun ? first : positions });
  return `${text.slice(0, -1)},"events":[${events.join(",\n")}]}`;
}

/** Throws InvalidData for what the collector does not write. */
export function parseMessage(body: string): EventMessage {
  const start = body.indexOf(',"events":[');
  if (start < 0 || !body.endsWith("]}")) throw new InvalidData("the message has no events");
  const head = asObject(parseJson(`${body.slice(0, start)}}`, "the message"), "the message");
  const text = body.slice(start + ',"events":['.length, -2);
  const events = text === "" ? [] : text.split(",\n");
  const write = WRITES.find((each) => each === head.write);
  if (write === undefined) throw new InvalidData(`write is ${JSON.stringify(head.write)}`);
  return {
    id: asString(head.id, "id"),
    at: asString(head.at, "at"),
    database: asNull(head.database ?? null, "database", asDatabase),
    table: asString(head.table, "table"),
    write,
    key: asNull(head.key, "key", (value, where) => asArray(value, where, asString)),
    positions: positionsOf(head.positions, events.length),
    ...(typeof head.reason === "string" && { reason: head.reason }),
    events,
  };
}

/** A name that files can have, too. */
function asDatabase(value: unknown, where: string): string {
  const name = asString(value, where);
  if (/^[\w-]{1,200}$/.test(name)) return name;
  throw new InvalidData(`${where} is ${JSON.stringify(name)}`);
}

function positionsOf(value: unknown, count: number): number[] {
  if (Array.isArray(value)) {
    const positions = asArray(value, "positions", asCount);
    if (positions.length === count) return positions;
    throw new InvalidData("the message has more events than positions, or fewer");
  }
  const first = asCount(value, "positions");
  return Array.from({ length: count }, (_, i) => first + i);
}
