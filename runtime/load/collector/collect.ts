/**
 * A request with events → messages for the queue, and the answer. Nothing is queued of a request that is
 * not wholly right. What it needs of the world it is given: this runs in Lambda and in `dsl serve`.
 */
import { type Collection, databaseAt } from "../../core/format/collection.ts";
import { tildeDecode } from "../../core/names.ts";
import { type Contracts, contractOf } from "../events/contract.ts";
import {
  type EventMessage,
  encodeMessage,
  newRequestId,
  requestIdOf,
} from "../events/event-message.ts";
import { EventRefused, rootTable } from "../events/normalise.ts";
import { bodyText } from "./body-text.ts";
import { Refusal } from "./refusal.ts";
import { LARGEST_EVENT, type SentEvent, splitEvents } from "./split-events.ts";
import { requireToken, type Token } from "./tokens.ts";
import { parseCreateCall, parseRowsCall, type WriteCall } from "./write-calls.ts";

export interface CollectRequest {
  method: string;
  /** Without the query string. */
  path: string;
  /** Lower-case names. */
  headers: Record<string, string | undefined>;
  body: Buffer;
}

export interface CollectAnswer {
  status: number;
  headers: Record<string, string>;
  body: string;
  /** Events that were queued. */
  accepted: number;
}

export interface CollectSettings {
  /** Where the events go. */
  collection: Collection;
  /** Whoever comes may send events. */
  isPublic: boolean;
  /** Pages of other sites may. */
  cors: boolean;
  contracts: Contracts;
}

export interface CollectPorts {
  /** As they were so many milliseconds ago at the most; without a number, a while ago. */
  tokens(milliseconds?: number): Promise<Token[]>;
  /** The tables that there are; asked only where a contract depends on it. */
  tables(): Promise<ReadonlySet<string>>;
  /** Queues the messages. */
  send(messages: string[]): Promise<void>;
  /** Why the request could not be taken, for the log. */
  failed(error: unknown): void;
}

/** With tokens that nobody knows, the list of tokens is read anew so often at the most. */
const UNKNOWN_MS = 1_000;
/** The table of events that come without a name. */
const NAMELESS = "events";
/** The most characters of a client's key for trying again. */
const LONGEST_KEY = 255;

/**
 * For any page. Beacons are sent with the credentials that a browser has, which no `*` allows; the collector
 * looks at none of them.
 */
function corsFor({ origin = "*" }: CollectRequest["headers"]): Record<string, string> {
  return {
    "access-control-allow-origin": origin,
    ...(origin !== "*" && { "access-control-allow-credentials": "true", vary: "Origin" }),
    "access-control-allow-headers":
      "Authorization, Content-Type, Content-Encoding, Idempotency-Key",
    "access-control-allow-methods": "POST, OPTIONS",
    "access-control-max-age": "3600",
  };
}

/** Answers 202 with the number of events, or 4xx with the reason and the line; 503 when there is no queue now. */
export async function collect(
  request: CollectRequest,
  settings: CollectSettings,
  ports: CollectPorts,
): Promise<CollectAnswer> {
  const cors = settings.cors ? corsFor(request.headers) : {};
  if (request.method === "OPTIONS") {
    return { status: 204, headers: { allow: "POST, OPTIONS", ...cors }, body: "", accepted: 0 };
  }
  try {
    const accepted = await accept(request, settings, ports);
    return json(202, { ok: true, accepted }, cors, accepted);
  } catch (error) {
    if (error instanceof Refusal) return refusalAnswer(error, cors);
    ports.failed(error);
    const message =
      "The events cannot be taken now; send them again, with the same Idempotency-Key if they had one";
    const body = { ok: false, error: message, errors: [message], status: 503 };
    return json(503, body, { ...cors, "retry-after": "5" }, 0);
  }
}

async function accept(
  request: CollectRequest,
  settings: CollectSettings,
  ports: CollectPorts,
): Promise<number> {
  const { method, path, headers, body } = request;
  if (method !== "POST") throw new Refusal(405, "Events are sent with POST");
  if (!settings.cors && isOtherSite(headers)) {
    throw new Refusal(403, "Pages of other sites may send events only with --cors");
  }
  const { collection } = settings;
  const target = parsePath(path, collection.database);
  const now = new Date();
  // The table of a write call can be in its body, so that a token for one table is checked after it.
  const token = (table: string) => tokenFor(headers.authorization, table, settings, ports, now);
  const sender = target.kind === "create" ? null : await token(target.table);
  if (target.kind === "create" && !settings.isPublic) await token("");
  const text = bodyText(body, headers["content-encoding"]);
  const call = parseCall(target, text);
  const table = storedName(call.table);
  requireWritable(call, table, collection);
  const from = sender ?? (await token(table));
  await requireTable(table, settings, ports);
  const key = headers["idempotency-key"];
  if (key !== undefined && key.length > LONGEST_KEY) {
    throw new Refusal(400, `Idempotency-Key may have ${LONGEST_KEY} characters`);
  }
  const id =
    key === undefined ? newRequestId(now) : requestIdOf(`${from?.hash ?? ""}\n${table}\n${key}`);
  const database = databaseAt(collection, now);
  const head = { id, at: now.toISOString(), database, table, write: call.write, key: call.key };
  await ports.send(pack(call.rows, head));
  return call.rows.length;
}

/** A browser says where a page comes from, and sends what it says without asking, save for some types. */
function isOtherSite({ origin, host }: CollectRequest["headers"]): boolean {
  if (origin === undefined) return false;
  return !URL.canParse(origin) || new URL(origin).host !== host;
}

type Target = { kind: "events" | "insert" | "upsert"; table: string } | { kind: "create" };

/** Throws a Refusal. */
function parsePath(path: string, database: string): Target {
  const parts = path.split("/").slice(1);
  const [first = "", second = "", third = "", fourth = ""] = parts;
  if (first === "collect" && parts.length <= 2) {
    return { kind: "events", table: storedName(second === "" ? NAMELESS : tildeDecode(second)) };
  }
  const isOurs = tildeDecode(first) === database;
  if (isOurs && second === "-" && third === "create" && parts.length === 3) {
    return { kind: "create" };
  }
  if (isOurs && third === "-" && (fourth === "insert" || fourth === "upsert")) {
    return { kind: fourth, table: storedName(tildeDecode(second)) };
  }
  throw new Refusal(404, `Events are not taken at ${path}`);
}

function parseCall(target: Target, text: string): WriteCall {
  if (target.kind === "create") return parseCreateCall(text);
  const { kind, table } = target;
  if (kind === "events") return { table, write: "append", key: null, rows: splitEvents(text) };
  return parseRowsCall(text, table, kind === "upsert");
}

/** Throws a Refusal for a row that may be in a database of another month. */
function requireWritable({ write, key }: WriteCall, table: string, collection: Collection): void {
  const { database, rotation } = collection;
  const writesOver = write === "upsert" || write === "replace";
  if (rotation === "never" || (!writesOver && key === null)) return;
  throw new Refusal(
    400,
    `${database} begins a new database each ${rotation}, so its rows have no keys of yours and cannot be written over: send events to /collect/${table}`,
  );
}

/** Throws a Refusal. */
function storedName(table: string): string {
  try {
    return rootTable(table);
  } catch (error) {
    if (error instanceof EventRefused) throw new Refusal(400, error.message);
    throw error;
  }
}

/** Null where none is needed. An empty `table` asks for any token at all. */
async function tokenFor(
  authorization: string | undefined,
  table: string,
  { isPublic }: CollectSettings,
  ports: CollectPorts,
  now: Date,
): Promise<Token | null> {
  if (isPublic) return null;
  const find = (tokens: readonly Token[]) => {
    const forAny = table === "" ? tokens.map((token) => ({ ...token, table: null })) : tokens;
    return requireToken(authorization, forAny, table, now);
  };
  try {
    return find(await ports.tokens());
  } catch (error) {
    const isUnknown = error instanceof Refusal && error.status === 401;
    if (!isUnknown || authorization === undefined) throw error;
    // It may have been made just now.
    return find(await ports.tokens(UNKNOWN_MS));
  }
}

async function requireTable(
  table: string,
  { contracts }: CollectSettings,
  ports: CollectPorts,
): Promise<void> {
  if (contractOf(contracts, table).tables !== "freeze") return;
  if ((await ports.tables()).has(table)) return;
  throw new Refusal(404, `There is no table ${table}, and its contract is to add none`);
}

/** As few messages as the events fit into. */
function pack(events: readonly SentEvent[], head: Omit<EventMessage, "events" | "positions">) {
  const messages: string[] = [];
  let texts: string[] = [];
  let positions: number[] = [];
  let bytes = 0;
  const end = () => {
    if (texts.length > 0) messages.push(encodeMessage({ ...head, positions, events: texts }));
    texts = [];
    positions = [];
    bytes = 0;
  };
  for (const [position, { text }] of events.entries()) {
    // A separator, too.
    const length = Buffer.byteLength(text) + 2;
    if (bytes + length > LARGEST_EVENT) end();
    texts.push(text);
    positions.push(position);
    bytes += length;
  }
  end();
  return messages;
}

function refusalAnswer(
  { status, message, errors, line }: Refusal,
  cors: Record<string, string>,
): CollectAnswer {
  const body = { ok: false, error: message, errors, status, ...(line === null ? {} : { line }) };
  const challenge: Record<string, string> = status === 401 ? { "www-authenticate": "Bearer" } : {};
  return json(status, body, { ...cors, ...challenge }, 0);
}

function json(
  status: number,
  body: object,
  headers: Record<string, string>,
  accepted: number,
): CollectAnswer {
  const all = { "content-type": "application/json; charset=utf-8", ...headers };
  return { status, headers: all, body: JSON.stringify(body), accepted };
}
