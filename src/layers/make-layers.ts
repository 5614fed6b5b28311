/** `dsl build-layer`: builds, verifies and tries each layer, then puts it where it was asked for. */
import { copyFileSync, existsSync, renameSync, rmSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { checkLayer } from "../../layer/check-layer.ts";
import { verifyLayer } from "../../layer/verify-layer.ts";
import { DslError } from "../../runtime/core/dsl-error.ts";
import { formatBytes } from "../../runtime/core/quantities.ts";
import { makeFolder } from "../make-folder.ts";
import { type Architecture, buildLayerZip, nodeCpu } from "../package/layer-zip.ts";
import type { Reporter } from "../terminal/reporter.ts";

export interface MadeLayer {
  architecture: Architecture;
  /** Absolute. */
  path: string;
  /** Of the zip, hex. */
  sha256: string;
  /** Bytes. */
  size: number;
}

/**
 * One layer each, as far as there are compilers for them; `folder` is where `<sha256>.zip` goes, null to leave it in the cache. Throws
 * DslError: what the compiler, the verification, the trial or the folder had against it.
 */
export async function makeLayers(
  architectures: readonly Architecture[],
  folder: string | null,
  reporter: Reporter,
): Promise<MadeLayer[]> {
  const made: MadeLayer[] = [];
  const missing: DslError[] = [];
  for (const architecture of architectures) {
    try {
      made.push(await makeLayer(architecture, folder, reporter));
    } catch (error) {
      if (!(error instanceof DslError) || error.code !== "no_compiler") throw error;
      missing.push(error);
    }
  }
  if (made.length === 0) throw missing[0]!;
  for (const { message, hint } of missing) {
    reporter.warn(`${message}, so there is no layer for it. Try: ${hint}`);
  }
  return made;
}

async function makeLayer(
  architecture: Architecture,
  folder: string | null,
  reporter: Reporter,
): Promise<MadeLayer> {
  const step = reporter.step(`Building the layer for ${architecture}`);
  const cpu = nodeCpu(architecture);
  try {
    const layer = await buildLayerZip(architecture);
    const zip = await readFile(layer.path);
    const { files, glibc } = verifyLayer(zip, cpu);
    step.line(`${files} files, for ${cpu}, needs glibc ${glibc}`);
    const check = await checkLayer(layer.path, cpu);
    const ran = !("reason" in check);
    if (ran) {
      const how = check.emulated ? " under emulation" : "";
      step.line(`loaded and queried by Node ${check.node}${how}: SQLite ${check.sqlite}`);
    }
    const path = folder === null ? layer.path : copyInto(folder, layer);
    step.done(formatBytes(layer.size));
    if (!ran) {
      reporter.warn(
        `The layer for ${architecture} was not loaded and queried: ${check.reason}. Try: ${check.hint}`,
      );
    }
    const result = { architecture, path, sha256: layer.sha256, size: layer.size };
    reporter.event("layer_built", { ...result, glibc, checked: ran });
    return result;
  } catch (error) {
    step.fail();
    throw error;
  }
}

function copyInto(folder: string, layer: { path: string; sha256: string }): string {
  makeFolder(folder, "name another folder with --out");
  const path = join(resolve(folder), `${layer.sha256}.zip`);
  const partial = `${path}.${process.pid}.partial`;
  try {
    copyFileSync(layer.path, partial);
    renameSync(partial, path);
    return path;
  } catch (error) {
    if (existsSync(partial)) rmSync(partial);
    throw new DslError(
      "out_unwritable",
      `The layer cannot be written to ${folder}`,
      "name another folder with --out",
      { cause: error },
    );
  }
}
