/** dist/commit.txt: which commit was built, for `dsl --version`; none outside of a clone. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { commitFile, packageRoot } from "../../src/paths.ts";

export function writeCommit(): void {
  rmSync(commitFile, { force: true });
  if (!existsSync(join(packageRoot, ".git"))) return;
  try {
    const commit = git("rev-parse", "--short=10", "HEAD");
    const isChanged = git("status", "--porcelain", "--untracked-files=no") !== "";
    mkdirSync(dirname(commitFile), { recursive: true });
    writeFileSync(commitFile, isChanged ? `${commit}, changed` : commit);
  } catch {
    // No git on this machine: the version alone has to do.
  }
}

function git(...args: string[]): string {
  return execFileSync("git", ["-C", packageRoot, ...args], { encoding: "utf8" }).trim();
}
