/** `dsl put NAME FILE`: into the inbox of a site, and waits until it is online. */
import { stat } from "node:fs/promises";
import { basename } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { DslError } from "../../runtime/core/dsl-error.ts";
import { tildeEncode } from "../../runtime/core/names.ts";
import { formatBytes, formatCount, formatDuration } from "../../runtime/core/quantities.ts";
import type { ObjectStore } from "../../runtime/core/store/object-store.ts";
import { INBOX, parseInboxKey } from "../../runtime/load/inbox/inbox-key.ts";
import { LARGEST_FILE } from "../../runtime/load/inbox/load-object.ts";
import { type LoadRecord, readFileRecord } from "../../runtime/load/inbox/load-record.ts";
import { tableName } from "../../runtime/load/model/names.ts";
import { requireName } from "../../runtime/publisher/publish/merge.ts";
import type { AwsClients } from "../aws/clients.ts";
import { fileContent, uploadInParts } from "../aws/upload-parts.ts";
import { checkDataFile } from "../convert/data-file.ts";
import { sessionFor } from "../deploy/access-step.ts";
import { verifyStep } from "../deploy/verify-step.ts";
import type { Reporter } from "../terminal/reporter.ts";
import { transfer } from "../terminal/transfer.ts";
import { type DeployedSite, openSite, requireLogGroup, requireUrl } from "./open-site.ts";

export interface PutRequest {
  site: string;
  file: string;
  /** "database" or "database/table"; null: named after the file. */
  to: string | null;
}

/**
 * Throws a DslError: no such site or file, no inbox, a name that cannot be, and when the file could not be
 * loaded, with the reason.
 */
export async function putFile(
  clients: AwsClients,
  { site: name, file, to }: PutRequest,
  reporter: Reporter,
): Promise<void> {
  const key = inboxKey(file, to);
  const target = parseInboxKey(key);
  await checkDataFile(file);
  const { size } = await stat(file);
  if (size > LARGEST_FILE) throw tooLarge(file, size, name);
  const site = await openSite(clients, name);
  const url = requireUrl(site);
  requireInbox(site);
  if (target !== null)
    requireName(
      { databases: [], collection: site.published.manifest.collection },
      "inbox",
      target.database,
    );

  const before = await readFileRecord(site.store, key);
  const upload = reporter.step(`Uploading ${file}`);
  const show = transfer(upload);
  const etag = await uploadInParts(
    await clients.s3(),
    site.store,
    key,
    fileContent(file, size),
    "application/octet-stream",
    (sent) => show(sent, size),
  );
  upload.done(formatBytes(size));
  reporter.ifInterrupted(
    `${file} is in the inbox of ${name} and is being loaded.`,
    `dsl loads ${name}`,
  );
  const step = reporter.step(`Loading ${key}`);
  const record = await loaded(site.store, key, etag, before, clients.pollMilliseconds);
  if (record.error !== null) {
    step.fail(record.error.message);
    const line = record.error.line === null ? "" : ` (line ${record.error.line})`;
    throw new DslError(record.error.code, `${record.error.message}${line}`, record.error.hint);
  }
  const rows = record.tables.reduce((sum, table) => sum + table.rows, 0);
  step.done(`${formatCount(rows, "row")}, ${formatDuration(record.milliseconds)}`);
  for (const { warnings } of [record, ...record.tables]) warnings.forEach(reporter.warn);
  const logGroup = requireLogGroup(site);
  const session = await sessionFor(site.published.manifest, clients, name);
  await verifyStep({ clients, reporter }, { url, logGroup, session }, record.version ?? 0);
  const page = pageOf(url, record);
  reporter.result([`${file} is online: version ${record.version} of ${name}.`, page], {
    site: name,
    key,
    url: page,
    database: record.database,
    tables: record.tables.map(({ table, rows }) => ({ name: table, rows })),
    version: record.version,
    changed: record.status === "published",
  });
}

/** `--to shop` puts a data file's tables into shop; an SQLite file is the whole of it. */
export function inboxKey(file: string, to: string | null): string {
  const name = basename(file);
  if (to === null) return INBOX + name;
  const [database = "", table] = to.split(/\/(.*)/s);
  const extension = /(\.[A-Za-z0-9]+)?(\.(gz|zst))?$/i.exec(name)?.[0] ?? "";
  if (table !== undefined) return `${INBOX}${database}/${table}${extension}`;
  const isDatabase = /\.(db|sqlite3?)$/i.test(name);
  return isDatabase ? `${INBOX}${database}${extension}` : `${INBOX}${database}/${name}`;
}

/** Waits for what becomes of the file, as long as it takes: the queue gives up some time, and says so. */
async function loaded(
  store: ObjectStore,
  key: string,
  etag: string,
  before: LoadRecord | null,
  pollMilliseconds: number,
): Promise<LoadRecord> {
  for (;;) {
    const record = await readFileRecord(store, key);
    if (record !== null && record.at !== before?.at && record.etag === etag) return record;
    const current = await store.stat(key);
    if (current !== null && current.etag !== etag) {
      throw new DslError(
        "replaced_meanwhile",
        `Somebody else put another ${key} meanwhile`,
        "the same command again, if it is this file that shall be online",
      );
    }
    await sleep(pollMilliseconds);
  }
}

function requireInbox({ name, stacks }: DeployedSite): void {
  if (stacks.has("inbox")) return;
  throw new DslError(
    "no_inbox",
    `${name} has no inbox`,
    `dsl update-stack ${name} with its databases and --inbox makes it`,
  );
}

function pageOf(url: string, { database, tables: [first, ...others] }: LoadRecord): string {
  const page = new URL(tildeEncode(database ?? ""), url).href;
  return first === undefined || others.length > 0 ? page : `${page}/${tildeEncode(first.table)}`;
}

function tooLarge(file: string, size: number, site: string): DslError {
  const database = `${tableName(file)}.db`;
  return new DslError(
    "too_large",
    `${file} has ${formatBytes(size)}; the inbox takes files of up to ${formatBytes(LARGEST_FILE)}`,
    `dsl convert '${file}' -o '${database}', and then dsl update-stack ${site} with its databases and '${database}'`,
  );
}
