/** npm's `postpack`: the checkout is again as the build left it, with the guard of this machine only. */
import { rmSync } from "node:fs";
import { dirname } from "node:path";
import { type GuardTarget, ownTarget } from "../layer/compile-guard.ts";
import { guardFile } from "../src/paths.ts";

const TARGETS: GuardTarget[] = ["linux-x64", "linux-arm64"];

for (const target of TARGETS.filter((each) => each !== ownTarget())) {
  rmSync(dirname(guardFile(target)), { recursive: true, force: true });
}
