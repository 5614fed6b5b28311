/** What `--scope` says: `collect`, `collect:TABLE`, `read`, or some of `read:DATABASE` and `read:DATABASE/TABLE`. Pure. */
import { type ReadScope, scopeText } from "../../runtime/core/access/read-scopes.ts";
import { nearest } from "../../runtime/core/config/config-error.ts";
import { buildSiteConfig } from "../../runtime/core/config/site-config.ts";
import { DslError } from "../../runtime/core/dsl-error.ts";
import { InvalidData } from "../../runtime/core/format/check.ts";
import type { Manifest } from "../../runtime/core/format/manifest.ts";
import { asciiLower, tildeDecode, tildeEncode } from "../../runtime/core/names.ts";
import { parseScope } from "../../runtime/load/collector/tokens.ts";

export type AskedScope =
  /** Null: all tables. */
  | { collect: string | null }
  /** Null: all of the site; otherwise as they were typed, without `read:`. */
  | { read: readonly string[] | null };

const READ = "read:";

/** Throws a DslError for what is no scope, or does not go together. */
export function askedScope(texts: readonly string[]): AskedScope {
  const [only = "collect", another] = texts;
  if (another === undefined && !only.startsWith(READ)) {
    return only === "read" ? { read: null } : { collect: collectScope(only) };
  }
  const other = texts.find((text) => !text.startsWith(READ) || text === READ);
  if (other === undefined) return { read: texts.map((text) => text.slice(READ.length)) };
  throw badScope(
    `${other} does not go together with other scopes`,
    "several scopes are all read:DATABASE or read:DATABASE/TABLE; read alone is for all of the site",
  );
}

function collectScope(text: string): string | null {
  try {
    return parseScope(text);
  } catch (error) {
    if (!(error instanceof InvalidData)) throw error;
    throw badScope(
      error.message,
      "collect, collect:TABLE, read, read:DATABASE or read:DATABASE/TABLE",
    );
  }
}

/**
 * The published names that are meant: by exactly these letters, as they are in addresses, or in another case where
 * that is one name only. Throws a DslError for what is not published.
 */
export function resolveScopes(
  asked: readonly string[],
  manifest: Pick<Manifest, "databases" | "config" | "metadata" | "settings" | "flags">,
): ReadScope[] {
  const { databases: configured } = buildSiteConfig(manifest);
  const scopes = asked.map((text): ReadScope => {
    const slash = text.indexOf("/");
    const [first, second] = slash < 0 ? [text] : [text.slice(0, slash), text.slice(slash + 1)];
    const names = manifest.databases.map(({ name }) => name);
    const database = meant(first, names, "The site", "database");
    if (second === undefined) return { database, table: null };
    const { tables, views } = manifest.databases.find(({ name }) => name === database)!.inspection;
    const queries = configured.get(database)?.queries.keys() ?? [];
    const parts = [...[...tables, ...views].map(({ name }) => name), ...queries];
    return { database, table: meant(second, parts, database, "table, view or query") };
  });
  const once = new Map(scopes.map((scope) => [scopeText(scope), scope]));
  return [...once.values()];
}

function meant(typed: string, names: readonly string[], whose: string, what: string): string {
  const exact = names.find((name) => name === typed || tildeEncode(name) === typed);
  if (exact !== undefined) return exact;
  const decoded = asciiLower(tildeDecode(typed));
  const [alike, another] = names.filter((name) => asciiLower(name) === decoded);
  if (alike !== undefined && another === undefined) return alike;
  const suggestion = nearest(typed, names);
  const known = names.slice(0, 10).join(", ");
  throw badScope(
    `${whose} has no ${what} "${typed}"`,
    suggestion === null ? `it has: ${known || "none"}` : `did you mean "${suggestion}"?`,
  );
}

function badScope(message: string, hint: string): DslError {
  return new DslError("bad_scope", message, hint, { exitCode: 2 });
}
