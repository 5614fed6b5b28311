/** `dsl serve --collect events.db`: events go into a file of this machine, before the answer is sent. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { basename } from "node:path";
import Database, { type Database as SqliteDatabase } from "better-sqlite3";
import { DslError } from "../../runtime/core/dsl-error.ts";
import { logError } from "../../runtime/core/log.ts";
import { tildeEncode } from "../../runtime/core/names.ts";
import { collect } from "../../runtime/load/collector/collect.ts";
import { Refusal } from "../../runtime/load/collector/refusal.ts";
import { applyMessages } from "../../runtime/load/events/apply-messages.ts";
import { parseContracts } from "../../runtime/load/events/contract.ts";
import { parseMessage } from "../../runtime/load/events/event-message.ts";
import { LIMITS } from "../../runtime/load/events/limits.ts";

/** Bytes of a request; what is larger is not read to its end. */
const LARGEST_REQUEST = 10_000_001;
/** How long another program may keep the file locked. */
const BUSY_MS = 5_000;

const RULES = { contracts: parseContracts([]), limits: LIMITS };

export class LocalCollector {
  readonly #database: SqliteDatabase;
  readonly #name: string;
  readonly #cors: boolean;

  /** Makes the file when it is not there. Throws a DslError when it cannot be written to. */
  constructor(path: string, cors: boolean) {
    this.#name = basename(path).replace(/\.[^.]*$/, "");
    this.#cors = cors;
    try {
      this.#database = new Database(path, { timeout: BUSY_MS });
      // So that whoever reads does not wait for whoever writes.
      this.#database.pragma("journal_mode = WAL");
      this.#database.pragma("foreign_keys = OFF");
    } catch (cause) {
      throw new DslError(
        "cannot_collect",
        `Events cannot go into ${path}: ${(cause as Error).message}`,
        "name a database that this user may write to, or a new one in a folder that is there",
        { cause },
      );
    }
  }

  takes({ method, url = "" }: IncomingMessage): boolean {
    const [path = ""] = url.split("?");
    if (/^\/collect(\/[^/]*)?$/.test(path)) return method === "POST" || method === "OPTIONS";
    const isOurs = path.startsWith(`/${tildeEncode(this.#name)}/`);
    return method === "POST" && isOurs && /\/-\/(insert|upsert|create)$/.test(path);
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readBody(request).catch(() => null);
    if (body === null) return;
    const { method = "", url = "", headers } = request;
    const [path = ""] = url.split("?");
    const asked = {
      method,
      path: decoded(path),
      headers: headers as Record<string, string | undefined>,
      body,
    };
    const settings = {
      collection: { database: this.#name, rotation: "never" as const },
      isPublic: true,
      cors: this.#cors,
      contracts: RULES.contracts,
    };
    const answer = await collect(asked, settings, {
      tokens: async () => [],
      tables: async () => new Set(),
      send: async (messages) => {
        this.#load(messages);
      },
      failed: (error) => logError("events could not be written", error),
    });
    response.writeHead(answer.status, answer.headers).end(answer.body);
  }

  close(): void {
    this.#database.close();
  }

  /** All of a request or nothing. Throws a Refusal for an event that cannot be loaded. */
  #load(messages: readonly string[]): void {
    const now = new Date();
    const place = { schemaName: this.#name, now };
    this.#database
      .transaction(() => {
        const { refused } = applyMessages(this.#database, messages.map(parseMessage), place, RULES);
        if (refused.length > 0) {
          throw new Refusal(
            400,
            refused.map(({ reason }) => reason),
          );
        }
      })
      .immediate();
  }
}

/** Throws when the client goes away. What is too large is cut: it is refused for its size. */
async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= LARGEST_REQUEST + chunk.length) chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
