/**
 * Puts what was built in its place file by file, each at once, so that programs which run from
 * dist/ meanwhile find every file, the old one or the new one.
 */
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";

export interface Output {
  path: string;
  contents: Uint8Array;
}

/** Writes `outputs`, then removes the other files of `folder` whose names match `stale`. */
export function replaceOutputs(folder: string, outputs: readonly Output[], stale: RegExp): void {
  for (const { path, contents } of outputs) writeOutput(path, contents);
  const kept = new Set(outputs.map(({ path }) => basename(path)));
  for (const name of readdirSync(folder)) {
    if (stale.test(name) && !kept.has(name)) rmSync(join(folder, name));
  }
}

export function writeOutput(path: string, contents: Uint8Array, mode = 0o644): void {
  if (isSame(path, contents)) return;
  mkdirSync(dirname(path), { recursive: true });
  const partial = `${path}.${process.pid}.partial`;
  writeFileSync(partial, contents, { mode });
  renameSync(partial, path);
}

function isSame(path: string, contents: Uint8Array): boolean {
  try {
    return readFileSync(path).equals(contents);
  } catch {
    return false;
  }
}
