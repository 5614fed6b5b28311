/** Skips a build step whose inputs are those of the last time. */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { packageRoot } from "../../src/paths.ts";

/**
 * Runs `build` unless `output` exists and was made from the same `inputs` (contents, not names).
 * Returns whether it ran. A `build` that throws leaves no record, so the next call runs it again.
 */
export async function rebuildWhenChanged(
  output: string,
  inputs: readonly (string | Buffer)[],
  build: () => void | Promise<void>,
): Promise<boolean> {
  const hash = createHash("sha256");
  for (const input of inputs) hash.update(`${input.length}\n`).update(input);
  const digest = hash.digest("hex");
  const record = join(packageRoot, "dist", ".inputs", output.slice(packageRoot.length + 1));
  if (existsSync(output) && existsSync(record) && readFileSync(record, "utf8") === digest) {
    return false;
  }
  await build();
  mkdirSync(dirname(record), { recursive: true });
  writeFileSync(record, digest);
  return true;
}
