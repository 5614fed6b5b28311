import { formatBytes, formatCount } from "../../runtime/core/quantities.ts";
import { type Preparation, prepareDatabases } from "../../runtime/publisher/database/prepare.ts";
import type { DatabaseFacts, NamedDatabase } from "../../runtime/publisher/facts.ts";
import type { DeployedState } from "../plan/inputs.ts";
import { VERSION } from "../version.ts";
import type { Deployment } from "./deployment.ts";

const DOING = {
  copy: "copying",
  index: "looking at indexes of",
  scrub: "clearing free space of",
  hash: "hashing",
  inspect: "checking",
};

/** What becomes of the copies that are published. */
export type Copying = Pick<Preparation, "keepFreeSpace" | "indexes">;

/** Snapshots and inspects the databases, showing how far it is. */
export async function prepareStep(
  { workFolder, reporter }: Deployment,
  databases: NamedDatabase[],
  { published }: DeployedState,
  copying: Copying,
): Promise<DatabaseFacts[]> {
  const step = reporter.step("Reading databases");
  const prepared = await prepareDatabases(
    databases,
    {
      directory: workFolder,
      software: VERSION,
      published: published?.manifest ?? null,
      ...copying,
    },
    ({ name }, phase, done, total) => step.progress(done, total, `${DOING[phase]} ${name}`),
  );
  const bytes = prepared.databases.reduce((sum, { size }) => sum + size, 0);
  step.done(`${formatCount(databases.length, "database")}, ${formatBytes(bytes)}`);
  for (const note of prepared.notes) reporter.info(note);
  for (const warning of prepared.warnings) reporter.warn(warning);
  return prepared.databases;
}
