import type { Allow } from "../access/allow.ts";
import { ConfigError } from "./config-error.ts";
import type { Permissions } from "./config-types.ts";
import { describe, isObject, type Reader } from "./reader.ts";

/** An `allow` block; null when absent. */
export function parseAllow(reader: Reader, key: string): Allow | null {
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
  return block;
}

/** A `permissions` block: action name → who is allowed it. */
export function parsePermissions(reader: Reader): Permissions {
  const block = reader.object("permissions");
  const permissions: Record<string, Allow> = {};
  for (const action of Object.keys(block.value)) {
    const allowed = parseAllow(block, action);
    if (allowed !== null) permissions[action] = allowed;
  }
  return permissions;
}
