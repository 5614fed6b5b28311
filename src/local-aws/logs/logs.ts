/** Log groups, streams and events, in one SQLite file. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { AwsFault } from "../common/service.ts";

const SCHEMA = `
CREATE TABLE IF NOT EXISTS log_group (
  id INTEGER PRIMARY KEY,
  region TEXT NOT NULL,
  name TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  retention_days INTEGER,
  UNIQUE (region, name)
) STRICT;

CREATE TABLE IF NOT EXISTS log_event (
  id INTEGER PRIMARY KEY,
  group_id INTEGER NOT NULL REFERENCES log_group ON DELETE CASCADE,
  stream TEXT NOT NULL,
  time INTEGER NOT NULL,
  ingested_at INTEGER NOT NULL,
  message TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS log_event_stream ON log_event (group_id, stream, time);
`;

export interface LogGroup {
  region: string;
  name: string;
  /** Milliseconds since 1970. */
  createdAt: number;
  retentionDays: number | null;
  storedBytes: number;
}

export interface LogStream {
  name: string;
  firstEventAt: number;
  lastEventAt: number;
  lastIngestionAt: number;
}

export interface LogEvent {
  id: number;
  stream: string;
  /** Milliseconds since 1970. */
  time: number;
  ingestedAt: number;
  message: string;
}

/** Which events to read: times are milliseconds since 1970, `from` included, `until` not. */
export interface EventQuery {
  streams?: string[];
  from?: number;
  until?: number;
  /** Only events after this one in the order of the answer. */
  after?: { time: number; id: number };
  limit: number;
}

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html */
const RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288,
  3653,
];

export class Logs {
  readonly #database: Database.Database;

  constructor(home: string) {
    const folder = join(home, "logs");
    mkdirSync(folder, { recursive: true });
    this.#database = new Database(join(folder, "logs.db"));
    this.#database.pragma("journal_mode = WAL");
    this.#database.pragma("synchronous = NORMAL");
    this.#database.pragma("foreign_keys = ON");
    this.#database.exec(SCHEMA);
  }

  /** Throws ResourceAlreadyExistsException. */
  createGroup(region: string, name: string): void {
    if (!/^[.\-_/#A-Za-z0-9]{1,512}$/.test(name)) {
      throw new AwsFault("InvalidParameterException", `${name} is not a log group name.`);
    }
    const { changes } = this.#database
      .prepare("INSERT OR IGNORE INTO log_group (region, name, created_at) VALUES (?, ?, ?)")
      .run(region, name, Date.now());
    if (changes === 0) {
      throw new AwsFault(
        "ResourceAlreadyExistsException",
        `The specified log group already exists: ${name}`,
      );
    }
  }

  /** Throws ResourceNotFoundException. */
  deleteGroup(region: string, name: string): void {
    this.#database.prepare("DELETE FROM log_group WHERE id = ?").run(this.#groupId(region, name));
  }

  /**
   * Days to keep events, undefined for ever. Nothing is deleted here: a local log stays small.
   * Throws ResourceNotFoundException, or InvalidParameterException for days that AWS does not offer.
   */
  setRetention(region: string, name: string, days: number | undefined): void {
    const id = this.#groupId(region, name);
    if (days !== undefined && !RETENTION_DAYS.includes(days)) {
      throw new AwsFault(
        "InvalidParameterException",
        `Invalid retention value ${days}: one of ${RETENTION_DAYS.join(", ")} days is possible.`,
      );
    }
    this.#database
      .prepare("UPDATE log_group SET retention_days = ? WHERE id = ?")
      .run(days ?? null, id);
  }

  findGroup(region: string, name: string): LogGroup | undefined {
    return this.listGroups(region, name).find((group) => group.name === name);
  }

  /** By name. */
  listGroups(region: string, prefix = ""): LogGroup[] {
    return this.#database
      .prepare<{ region: string; prefix: string }, LogGroup>(
        `SELECT region, name, created_at AS createdAt, retention_days AS retentionDays,
                (SELECT coalesce(sum(length(message)), 0) FROM log_event WHERE group_id = log_group.id)
                  AS storedBytes
         FROM log_group
         WHERE region = :region AND substr(name, 1, length(:prefix)) = :prefix
         ORDER BY name`,
      )
      .all({ region, prefix });
  }

  /** By name. Throws ResourceNotFoundException. */
  listStreams(region: string, group: string): LogStream[] {
    return this.#database
      .prepare<[number], LogStream>(
        `SELECT stream AS name, min(time) AS firstEventAt, max(time) AS lastEventAt,
                max(ingested_at) AS lastIngestionAt
         FROM log_event WHERE group_id = ? GROUP BY stream ORDER BY stream`,
      )
      .all(this.#groupId(region, group));
  }

  /** Adds lines to a stream, creating group and stream where they are missing, as Lambda does. */
  append(
    region: string,
    group: string,
    stream: string,
    events: { time: number; message: string }[],
  ): void {
    if (this.findGroup(region, group) === undefined) this.createGroup(region, group);
    const id = this.#groupId(region, group);
    const insert = this.#database.prepare(
      "INSERT INTO log_event (group_id, stream, time, ingested_at, message) VALUES (?, ?, ?, ?, ?)",
    );
    const now = Date.now();
    this.#database.transaction(() => {
      for (const { time, message } of events) insert.run(id, stream, time, now, message);
    })();
  }

  /** By time, then in the order of arrival. Throws ResourceNotFoundException. */
  events(region: string, group: string, query: EventQuery): LogEvent[] {
    const parameters = {
      group: this.#groupId(region, group),
      streams: query.streams === undefined ? null : JSON.stringify(query.streams),
      from: query.from ?? 0,
      until: query.until ?? Number.MAX_SAFE_INTEGER,
      afterTime: query.after?.time ?? -1,
      afterId: query.after?.id ?? -1,
      limit: query.limit,
    };
    return this.#database
      .prepare<typeof parameters, LogEvent>(
        `SELECT id, stream, time, ingested_at AS ingestedAt, message
         FROM log_event
         WHERE group_id = :group AND time >= :from AND time < :until
           AND (:streams IS NULL OR stream IN (SELECT value FROM json_each(:streams)))
           AND (time, id) > (:afterTime, :afterId)
         ORDER BY time, id LIMIT :limit`,
      )
      .all(parameters);
  }

  close(): void {
    this.#database.close();
  }

  #groupId(region: string, name: string): number {
    const id = this.#database
      .prepare<[string, string], number>("SELECT id FROM log_group WHERE region = ? AND name = ?")
      .pluck()
      .get(region, name);
    if (id === undefined) {
      throw new AwsFault(
        "ResourceNotFoundException",
        `The specified log group does not exist: ${name}`,
      );
    }
    return id as number;
  }
}
