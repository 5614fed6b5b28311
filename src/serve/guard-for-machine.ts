import { ownTarget } from "../../layer/compile-guard.ts";
import { readyGuard } from "../../layer/ready-guard.ts";
import { DslError } from "../../runtime/core/dsl-error.ts";

/** The guard's file for this machine, compiled first when need be; or why there is none. */
export async function guardForMachine(): Promise<{ file: string } | { missing: string }> {
  const target = ownTarget();
  if (target === null) {
    return { missing: `There is no SQLite guard for ${process.platform}-${process.arch}` };
  }
  try {
    return { file: await readyGuard(target) };
  } catch (error) {
    if (error instanceof DslError) return { missing: error.message };
    throw error;
  }
}
