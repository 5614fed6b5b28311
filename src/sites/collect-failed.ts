/** `dsl collect failed NAME`: which events could not be loaded, and why. Nothing is taken out of the queue. */
import { formatCount } from "../../runtime/core/quantities.ts";
import type { AwsClients } from "../aws/clients.ts";
import { messagesIn } from "../deploy/last-events.ts";
import { outputOf } from "../stacks/outputs.ts";
import type { Reporter } from "../terminal/reporter.ts";
import { requireCollector } from "./collect-send.ts";
import { type DeadLetter, giveBack, parseDeadLetter, receiveDeadLetters } from "./dead-letters.ts";
import { openSite } from "./open-site.ts";

/** Messages that are read; there may be more. */
const READ = 200;
/** Characters of an event that are shown. */
const SHOWN = 120;

export async function showFailed(
  clients: AwsClients,
  name: string,
  reporter: Reporter,
): Promise<void> {
  const site = await openSite(clients, name);
  requireCollector(site);
  const queue = outputOf(site.stacks.get("collect")!, "DeadLetterQueueUrl");
  const sqs = await clients.sqs();
  const total = await messagesIn(clients, queue);
  const letters: DeadLetter[] = [];
  const handles: string[] = [];
  while (letters.length < Math.min(READ, total)) {
    const messages = await receiveDeadLetters(sqs, queue);
    if (messages.length === 0) break;
    letters.push(...messages.map(({ Body = "" }) => parseDeadLetter(Body)));
    handles.push(...messages.flatMap(({ ReceiptHandle }) => ReceiptHandle ?? []));
  }
  await giveBack(sqs, queue, handles);
  const more = Math.max(0, total - letters.length);
  reporter.result(lines(name, letters, more), { site: name, messages: letters.map(asJson), more });
}

function lines(site: string, letters: readonly DeadLetter[], more: number): string[] {
  if (letters.length === 0) return [`All events of ${site} could be loaded.`];
  return [
    ...letters.flatMap((letter) => [title(letter), ...details(letter).map((line) => `  ${line}`)]),
    ...(more > 0 ? [`and ${formatCount(more, "message")} more`] : []),
    `dsl collect replay ${site} tries them again, once what was the matter has changed.`,
  ];
}

function title({ message }: DeadLetter): string {
  if (message === null) return "a message";
  const { table, events, at } = message;
  return `${formatCount(events.length, "event")} for ${table}, taken ${at.replace(/\.\d+Z$/, "Z")}`;
}

function details({ message, reason }: DeadLetter): string[] {
  const [first] = message?.events ?? [];
  return [reason, ...(first === undefined ? [] : [short(first)])];
}

function asJson({ message, reason }: DeadLetter): object {
  if (message === null) return { table: null, events: 0, at: null, reason };
  const { database, table, events, at } = message;
  return { database, table, events: events.length, at, reason, first: short(events[0] ?? "") };
}

function short(text: string): string {
  return text.length <= SHOWN ? text : `${text.slice(0, SHOWN)}…`;
}
