import { ownTarget } from "../../layer/compile-guard.ts";
import { readyGuard } from "../../layer/ready-guard.ts";
import { DslError } from "../errors.ts";

/**
 * Tells the runtime where the guard for this machine is, which is compiled first when need be.
 * Returns why there is none; null when there is one.
 */
export async function useGuard(): Promise<DslError | null> {
  if (process.env.DSL_GUARD !== undefined) return null;
  const target = ownTarget();
  if (target === null) {
    const machine = `${process.platform}-${process.arch}`;
    return new DslError("no_guard", `There is no SQLite guard for ${machine}`, "use Linux");
  }
  try {
    process.env.DSL_GUARD = await readyGuard(target);
    return null;
  } catch (error) {
    if (error instanceof DslError) return error;
    throw error;
  }
}
