/** examples/northwind.db, the database of the README's commands. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../src/paths.ts";
import { rebuildWhenChanged } from "./unchanged.ts";

export async function buildExample(): Promise<void> {
  const script = join(packageRoot, "examples/build-northwind.ts");
  const words = join(packageRoot, "examples/northwind-data.ts");
  const database = join(packageRoot, "examples/northwind.db");
  await rebuildWhenChanged(
    database,
    [script, words].map((file) => readFileSync(file)),
    () => {
      execFileSync(process.execPath, [script, database], { stdio: "inherit" });
    },
  );
}
