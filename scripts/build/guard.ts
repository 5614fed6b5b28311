/** The guard for this machine, dist/guard/<system>-<cpu>/guard.so, and its source beside it. */
import { copyFileSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { COMPILER_FLAGS, compileGuard } from "../../layer/compile-guard.ts";
import { DslError } from "../../src/errors.ts";
import { type GuardTarget, guardFile, packageRoot } from "../../src/paths.ts";
import { rebuildWhenChanged } from "./unchanged.ts";

/** Without a compiler everything else still works, so that is a message and not a failure. */
export async function buildGuard(): Promise<void> {
  const source = join(packageRoot, "layer/guard/guard.c");
  const copy = join(packageRoot, "dist/guard/guard.c");
  mkdirSync(join(packageRoot, "dist/guard"), { recursive: true });
  copyFileSync(source, copy);
  if (process.platform === "win32") return;
  const target = `${process.platform}-${process.arch}` as GuardTarget;
  const output = guardFile(target);
  try {
    await rebuildWhenChanged(output, [readFileSync(source), ...COMPILER_FLAGS], () =>
      compileGuard(target, output),
    );
  } catch (error) {
    if (!(error instanceof DslError) || error.code !== "no-compiler") throw error;
    console.warn(`${error.message}: dsl works, but visitors cannot run SQL of their own.`);
    console.warn(`Try: ${error.hint}, then: npm run build`);
  }
}
