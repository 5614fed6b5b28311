import { existsSync, readFileSync } from "node:fs";
import packageJson from "../package.json" with { type: "json" };
import { commitFile } from "./paths.ts";

/** The version of dsl, as in package.json. */
export const VERSION: string = packageJson.version;

/** For people who report a fault: the version and the commit that was built, where that is known. */
export function versionAndCommit(): string {
  if (!existsSync(commitFile)) return VERSION;
  return `${VERSION} (commit ${readFileSync(commitFile, "utf8").trim()})`;
}
