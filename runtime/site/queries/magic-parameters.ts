/**
 * Parameters of configured queries that the server fills in:
 * https://docs.datasette.io/en/latest/sql_queries.html#magic-parameters
 * Those about a signed-in user (`_actor_*`) have no value here.
 */
import { randomBytes } from "node:crypto";
import type { SqlValue } from "../../core/sqlite/values.ts";
import type { RequestHeaders } from "../request.ts";

/** undefined when there is no such parameter. */
export function magicParameter(name: string, headers: RequestHeaders): SqlValue | undefined {
  const [, kind = "", key = ""] = /^_([^_]+)_(.+)$/.exec(name) ?? [];
  switch (kind) {
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
