import { createHash } from "node:crypto";

const known = new Map<string, string>();

/**
 * A class name for any name. Names that are good classes stay as they are; of others the bad
 * characters go, and six hex digits of the name's MD5 keep two such names apart. Site owners' style
 * sheets rely on these names, so they are Datasette's.
 */
export function cssClass(name: string): string {
  if (/^[a-zA-Z]+[_a-zA-Z0-9-]*$/.test(name)) return name;
  let made = known.get(name);
  if (made === undefined) {
    const suffix = createHash("md5").update(name).digest("hex").slice(0, 6);
    const kept = name
      .replace(/^_+/, "")
      .replace(/^-+/, "")
      .trim()
      .replace(/\s+/g, "-")
      .replace(/[^a-zA-Z0-9_-]/g, "");
    made = kept === "" ? suffix : `${kept}-${suffix}`;
    // Column names of arbitrary SQL come from visitors.
    if (known.size < 10_000) known.set(name, made);
  }
  return made;
}
