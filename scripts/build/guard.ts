/** The guard for this machine in dist/guard/, and its sources beside it. */
import { cpSync, rmSync } from "node:fs";
import { join } from "node:path";
import { ownTarget } from "../../layer/compile-guard.ts";
import { shipGuard } from "../../layer/ready-guard.ts";
import { DslError } from "../../runtime/core/dsl-error.ts";
import { packageRoot } from "../../src/paths.ts";

/** Without a compiler everything else still works, so that is a message and not a failure. */
export async function buildGuard(): Promise<void> {
  const sources = join(packageRoot, "dist/guard/source");
  rmSync(sources, { recursive: true, force: true });
  for (const part of ["guard", "vfs"]) {
    cpSync(join(packageRoot, "layer", part), join(sources, part), { recursive: true });
  }
  const target = ownTarget();
  if (target === null) return;
  try {
    await shipGuard(target);
  } catch (error) {
    if (!(error instanceof DslError) || error.code !== "no_compiler") throw error;
    console.warn(`${error.message}: dsl works, but visitors cannot run SQL of their own`);
    console.warn(`Try: ${error.hint}, then npm run build`);
  }
}
