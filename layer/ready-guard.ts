/**
 * A compiled guard for a target: the one that is in dist/ when it was made from the source as it is
 * now, else one compiled on the spot into the user's cache.
 */
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cacheFolder, guardFile } from "../src/paths.ts";
import { COMPILER_FLAGS, compileGuard, type GuardTarget, guardFiles } from "./compile-guard.ts";

/** The file of a guard for `target`. Throws what compileGuard throws. */
export async function readyGuard(target: GuardTarget): Promise<string> {
  if (isShipped(target)) return guardFile(target);
  const compiled = join(cacheFolder("guards", sourceDigest(), target), "guard.so");
  if (!existsSync(compiled)) await compileGuard(target, compiled);
  return compiled;
}

/** Compiles the guard for `target` into dist/ unless the one there is current. */
export async function shipGuard(target: GuardTarget): Promise<void> {
  if (isShipped(target)) return;
  await compileGuard(target, guardFile(target));
  writeFileSync(recordOf(target), sourceDigest());
}

function isShipped(target: GuardTarget): boolean {
  const record = recordOf(target);
  return (
    existsSync(guardFile(target)) &&
    existsSync(record) &&
    readFileSync(record, "utf8") === sourceDigest()
  );
}

/** Says from which source the guard beside it was made. */
function recordOf(target: GuardTarget): string {
  return `${guardFile(target)}.source`;
}

function sourceDigest(): string {
  const hash = createHash("sha256").update(COMPILER_FLAGS.join(" "));
  for (const file of guardFiles("")) hash.update(readFileSync(file));
  return hash.digest("hex");
}
