/**
 * npm's `prepack`: the package brings the guard for both of Lambda's CPUs, so that who installs it
 * needs no compiler. `npm publish` fails when one cannot be compiled here; `npm pack` leaves it out
 * with a warning.
 */
import type { GuardTarget } from "../layer/compile-guard.ts";
import { shipGuard } from "../layer/ready-guard.ts";
import { DslError } from "../runtime/core/dsl-error.ts";

const TARGETS: GuardTarget[] = ["linux-x64", "linux-arm64"];

for (const target of TARGETS) {
  try {
    await shipGuard(target);
  } catch (error) {
    if (!(error instanceof DslError) || error.code !== "no_compiler") throw error;
    console.warn(`The package is without a guard for ${target}: ${error.message}`);
    console.warn(`Try: ${error.hint}`);
    if (process.env.npm_command === "publish") process.exitCode = 1;
  }
}
