/** How far a token reaches that does not read all of a site. Pure. */
import { asArray, asNull, asObject, asString } from "../format/check.ts";
import { asciiLower, tildeEncode } from "../names.ts";

export interface ReadScope {
  /** As it is published. */
  database: string;
  /** A table, view or query of it; null for all that the database has. */
  table: string | null;
}

/** "read:DATABASE" or "read:DATABASE/TABLE", with names as they are in addresses. */
export function scopeText({ database, table }: ReadScope): string {
  const names = table === null ? [database] : [database, table];
  return `read:${names.map(tildeEncode).join("/")}`;
}

/** Throws InvalidData. */
export function parseReadScopes(value: unknown, where: string): ReadScope[] {
  return asArray(value, where, (each, at) => {
    const { database, table } = asObject(each, at);
    return {
      database: asString(database, `${at}.database`),
      table: asNull(table, `${at}.table`, asString),
    };
  });
}

/** Whether all of a database can be read. Databases are told apart as addresses do, by every letter. */
export function readsAllOf(scopes: readonly ReadScope[], database: string): boolean {
  return scopes.some((scope) => scope.database === database && scope.table === null);
}

/** Whether anything of a database can be read. */
export function readsAnyOf(scopes: readonly ReadScope[], database: string): boolean {
  return scopes.some((scope) => scope.database === database);
}

/** Whether a table, view or query can be read. Names are compared as SQLite does. */
export function reads(scopes: readonly ReadScope[], database: string, table: string): boolean {
  const wanted = asciiLower(table);
  return scopes.some(
    (scope) =>
      scope.database === database && (scope.table === null || asciiLower(scope.table) === wanted),
  );
}
