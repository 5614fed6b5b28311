/** The guard for this machine in dist/guard/, and its source beside it. */
import { copyFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { ownTarget } from "../../layer/compile-guard.ts";
import { shipGuard } from "../../layer/ready-guard.ts";
import { DslError } from "../../src/errors.ts";
import { packageRoot } from "../../src/paths.ts";

/** Without a compiler everything else still works, so that is a message and not a failure. */
export async function buildGuard(): Promise<void> {
  const folder = join(packageRoot, "dist/guard");
  mkdirSync(folder, { recursive: true });
  copyFileSync(join(packageRoot, "layer/guard/guard.c"), join(folder, "guard.c"));
  const target = ownTarget();
  if (target === null) return;
  try {
    await shipGuard(target);
  } catch (error) {
    if (!(error instanceof DslError) || error.code !== "no-compiler") throw error;
    console.warn(`${error.message}: dsl works, but visitors cannot run SQL of their own`);
    console.warn(`Try: ${error.hint}, then npm run build`);
  }
}
