/**
 * `node_modules/.bin/dsl` in the repository itself, so that `npx dsl` finds the command at once.
 * Without it npx installs the folder into its cache first, and warns about the machine's own Node,
 * which is not the one that runs.
 */
import { existsSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../src/paths.ts";

export function linkCommand(): void {
  const folder = join(packageRoot, "node_modules", ".bin");
  // npm makes other links on Windows; there npx's own way will do.
  if (process.platform === "win32" || !existsSync(folder)) return;
  const link = join(folder, "dsl");
  rmSync(link, { force: true });
  symlinkSync("../../dist/cli.js", link);
}
