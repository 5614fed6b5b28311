import { createHash } from "node:crypto";
import type { SiteDatabase } from "../site.ts";

/** Six hex digits that stay the same for a database: of its content, or of its name where that changes. */
export function databaseColor({ name, sha256 }: SiteDatabase): string {
  return (sha256 ?? createHash("md5").update(name).digest("hex")).slice(0, 6);
}
