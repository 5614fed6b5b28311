/**
 * Parameters of configured queries that the server fills in:
 * https://docs.datasette.io/en/latest/sql_queries.html#magic-parameters
 * Those about a reader who has signed in (`_actor_id`) have no value for others.
 */
import { randomBytes } from "node:crypto";
import type { Actor } from "../../core/access/actor.ts";
import type { SqlValue } from "../../core/sqlite/values.ts";
import type { RequestHeaders } from "../request.ts";

/** Whether a query may say something of who asks: such an answer is for nobody else. */
export function isPersonal(sql: string): boolean {
  return /[:@$]_(?:actor|header|cookie)_/i.test(sql);
}

/** undefined when there is no such parameter. `actor` is null for whoever has not signed in. */
export function magicParameter(
  name: string,
  headers: RequestHeaders,
  actor: Actor | null,
): SqlValue | undefined {
  const [, kind = "", key = ""] = /^_([^_]+)_(.+)$/.exec(name) ?? [];
  switch (kind) {
    case "actor":
      return actor === null ? undefined : ofActor(actor, key);
    case "header":
      return headers.get(key.replaceAll("_", "-")) ?? "";
    case "cookie":
      return cookie(headers, key);
    case "now":
      return now(key, new Date());
    case "random":
      return random(key);
    default:
      return undefined;
  }
}

/** Lists, such as groups, as their JSON: `json_each(:_actor_groups)`. */
function ofActor(actor: Actor, key: string): SqlValue | undefined {
  const value = Object.hasOwn(actor, key) ? actor[key] : undefined;
  if (value === undefined || value === null || typeof value === "string") return value;
  return typeof value === "number" ? value : JSON.stringify(value);
}

function cookie(headers: RequestHeaders, name: string): string | undefined {
  for (const part of (headers.get("cookie") ?? "").split(";")) {
    const equals = part.indexOf("=");
    if (part.slice(0, equals).trim() === name) return part.slice(equals + 1).trim();
  }
  return undefined;
}

function now(key: string, time: Date): SqlValue | undefined {
  const text = time.toISOString();
  if (key === "epoch") return BigInt(Math.floor(time.getTime() / 1000));
  if (key === "date_utc") return text.slice(0, 10);
  return key === "datetime_utc" ? `${text.slice(0, 19)}Z` : undefined;
}

function random(key: string): string | undefined {
  const [, count] = /^chars_(\d{1,4})$/.exec(key) ?? [];
  if (count === undefined) return undefined;
  const length = Number(count);
  return randomBytes(Math.ceil(length / 2))
    .toString("hex")
    .slice(0, length);
}
