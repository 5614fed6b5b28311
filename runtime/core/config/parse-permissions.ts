import { ConfigError } from "./config-error.ts";
import type { Permissions } from "./config-types.ts";
import { describe, isObject, type Reader } from "./reader.ts";

/**
 * Whether an `allow` block admits the anonymous reader, the only reader there is; null when absent.
 * https://docs.datasette.io/en/latest/authentication.html#defining-permissions-with-allow-blocks
 */
export function parseAllow(reader: Reader, key: string): boolean | null {
  const block = reader.value[key];
  if (block === undefined || block === null) return null;
  if (typeof block === "boolean") return block;
  // `-s permissions.view-instance 1` arrives as a number.
  if (block === 0 || block === 1) return block === 1;
  if (!isObject(block)) {
    throw new ConfigError(
      reader.at(key),
      `expected true, false or an object, got ${describe(block)}`,
    );
  }
  return block.unauthenticated === true;
}

/** A `permissions` block: action name → allowed. */
export function parsePermissions(reader: Reader): Permissions {
  const block = reader.object("permissions");
  const permissions: Record<string, boolean> = {};
  for (const action of Object.keys(block.value)) {
    const allowed = parseAllow(block, action);
    if (allowed !== null) permissions[action] = allowed;
  }
  return permissions;
}
