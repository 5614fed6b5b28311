/** `dsl loads NAME`: what became of the files of the inbox. */
import { setTimeout as sleep } from "node:timers/promises";
import { formatCount, formatDuration } from "../../runtime/core/quantities.ts";
import { type LoadRecord, readLoads } from "../../runtime/load/inbox/load-record.ts";
import type { AwsClients } from "../aws/clients.ts";
import type { Reporter } from "../terminal/reporter.ts";
import { openSite } from "./open-site.ts";

const SHOWN = 20;
const FOLLOW_MS = 2_000;

export interface LoadsRequest {
  site: string;
  /** Go on until interrupted. */
  follow: boolean;
}

/** Prints the last loads, the oldest first; with `follow` it returns only when the command is stopped. */
export async function showLoads(
  clients: AwsClients,
  { site: name, follow }: LoadsRequest,
  reporter: Reporter,
): Promise<void> {
  const { store } = await openSite(clients, name);
  const shown = new Set<string>();
  const look = async () => {
    for (const record of (await readLoads(store, SHOWN)).reverse()) {
      const id = `${record.at} ${record.key}`;
      if (shown.has(id)) continue;
      shown.add(id);
      reporter.output(describeLoad(record), "load", { ...record });
    }
  };
  await look();
  while (follow) {
    await sleep(FOLLOW_MS);
    await look();
  }
  if (shown.size === 0) reporter.info(`Nothing was loaded through the inbox of ${name} yet.`);
}

/** "2026-11-21T12:00:00Z inbox/sales.csv: sales, 41,200 rows, 1.2 s" */
export function describeLoad({
  at,
  key,
  database,
  tables,
  milliseconds,
  error,
  status,
}: LoadRecord): string {
  const time = at.replace(/\.\d+Z$/, "Z");
  if (error !== null) {
    const line = error.line === null ? "" : ` (line ${error.line})`;
    return `${time} ${key}: failed: ${error.message}${line}`;
  }
  const rows = tables.reduce((sum, table) => sum + table.rows, 0);
  const what = tables.length === 0 ? "whole database" : formatCount(rows, "row");
  const same = status === "unchanged" ? ", nothing changed" : "";
  return `${time} ${key}: ${database}, ${what}, ${formatDuration(milliseconds)}${same}`;
}
