/** `dsl collect send NAME FILE`: the events of a file, piece by piece. */
import { hash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { DslError } from "../../runtime/core/dsl-error.ts";
import { formatBytes, formatCount } from "../../runtime/core/quantities.ts";
import { tableName } from "../../runtime/load/model/names.ts";
import type { AwsClients } from "../aws/clients.ts";
import type { Reporter } from "../terminal/reporter.ts";
import { type Piece, pieces } from "./event-pieces.ts";
import { type DeployedSite, openSite, requireUrl } from "./open-site.ts";

export interface SendRequest {
  site: string;
  /** Path of an NDJSON file. */
  file: string;
  /** Null: named after the file. */
  table: string | null;
  token: string | null;
}

const ATTEMPTS = 10;
const FIRST_WAIT_MS = 200;
const LONGEST_WAIT_MS = 10_000;

/**
 * Sends all events. A piece has a key of its content and place, so that sending a file again after an
 * interruption repeats nothing. Throws a DslError with the line of the file.
 */
export async function sendEvents(
  clients: AwsClients,
  { site: name, file, table: wanted, token }: SendRequest,
  reporter: Reporter,
): Promise<void> {
  const site = await openSite(clients, name);
  const base = requireUrl(site);
  requireCollector(site);
  const table = wanted ?? tableName(file);
  const url = new URL(`/collect/${encodeURIComponent(table)}`, base);
  reporter.ifInterrupted(
    `A part of ${file} was sent.`,
    "the same command again: what arrived is not taken a second time",
  );
  const step = reporter.step(`Sending ${file}`);
  let events = 0;
  let bytes = 0;
  for await (const piece of pieces(file)) {
    events += await send(url, piece, token, file, name);
    bytes += piece.text.length;
    step.progress(bytes, bytes, `${formatCount(events, "event")}, ${formatBytes(bytes)}`);
  }
  step.done(formatCount(events, "event"));
  const database = site.stacks.get("collect")?.parameters.Database ?? "";
  reporter.result(
    [
      `${formatCount(events, "event")} of ${file} will be online in a moment:`,
      new URL(`/${database}/${encodeURIComponent(table)}`, base).href,
    ],
    { site: name, file, table, events },
  );
}

/** Resolves with the number of events that were taken. Throws a DslError. */
async function send(
  url: URL,
  { text, line }: Piece,
  token: string | null,
  file: string,
  site: string,
): Promise<number> {
  const headers = {
    "content-type": "application/x-ndjson",
    "content-encoding": "gzip",
    "idempotency-key": hash("sha256", `${line}\n${text}`),
    ...(token !== null && { authorization: `Bearer ${token}` }),
  };
  const body = gzipSync(text);
  for (let attempt = 1; ; attempt++) {
    const answer = await post(url, headers, body);
    if (answer.status === 202) return Number(answer.accepted);
    const mayPass = answer.status === 0 || answer.status === 429 || answer.status >= 500;
    if (!mayPass || attempt === ATTEMPTS) throw notTaken(answer, line, file, site);
    await sleep(Math.min(FIRST_WAIT_MS * 2 ** attempt, LONGEST_WAIT_MS));
  }
}

interface Answer {
  /** 0: there was none. */
  status: number;
  error: string;
  line: number | null;
  accepted: number;
}

async function post(url: URL, headers: Record<string, string>, body: Buffer): Promise<Answer> {
  try {
    const answer = await fetch(url, { method: "POST", headers, body: new Uint8Array(body) });
    const text = await answer.text();
    const said = parse(text);
    return {
      status: answer.status,
      error: String(said.error ?? said.message ?? `status ${answer.status}`),
      line: typeof said.line === "number" ? said.line : null,
      accepted: Number(said.accepted ?? 0),
    };
  } catch (error) {
    return { status: 0, error: (error as Error).message, line: null, accepted: 0 };
  }
}

function parse(text: string): Record<string, unknown> {
  try {
    return Object(JSON.parse(text)) as Record<string, unknown>;
  } catch {
    return {};
  }
}

function notTaken(answer: Answer, first: number, file: string, site: string): DslError {
  if (answer.status === 401 || answer.status === 403) {
    return new DslError(
      "not_allowed",
      `${site} does not take these events: ${answer.error}`,
      `dsl token create ${site} makes a token; give it with --token or DSL_TOKEN`,
    );
  }
  if (answer.line !== null) {
    return new DslError(
      "bad_event",
      `Line ${first + answer.line - 1} of ${file} is not taken: ${answer.error}`,
      "correct that line and send the file again: what arrived is not taken a second time",
    );
  }
  return new DslError(
    "not_taken",
    `${site} does not take the events from line ${first} of ${file} on: ${answer.error}`,
    "the same command again: what arrived is not taken a second time",
  );
}

/** Throws a DslError `no_collector`. */
export function requireCollector({ name, stacks }: DeployedSite): void {
  if (stacks.has("collect")) return;
  throw new DslError(
    "no_collector",
    `${name} takes no events`,
    `dsl update-stack ${name} with its databases and --collect events`,
  );
}
