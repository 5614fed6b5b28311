/** Deleting resources: those of a whole stack, and those that an update has made obsolete. */
import { runInOrder } from "./in-order.ts";
import type { ResourceRecord, StackOperation, StackRecord } from "./records.ts";
import type { ResourceSteps } from "./steps.ts";

const NOTHING_FAILED = new AbortController().signal;

/** Deletes what is left of a stack, each resource after those that depend on it. Returns what failed. */
export function deleteResources(
  steps: ResourceSteps,
  stack: StackRecord,
  operation: StackOperation,
  afterCreation: boolean,
  stop: AbortSignal,
): Promise<string[]> {
  const left = Object.values(stack.resources).filter(
    ({ status }) => status !== "DELETE_COMPLETE" && status !== "DELETE_SKIPPED",
  );
  return inReverse(left, async (record) => {
    if (isKept(record, operation, afterCreation)) {
      steps.skip(stack, record);
      return true;
    }
    return steps.delete(stack, record, { failing: NOTHING_FAILED, stop });
  });
}

function isKept(
  { logicalId, deletionPolicy, physicalId }: ResourceRecord,
  { skip }: StackOperation,
  afterCreation: boolean,
): boolean {
  if (physicalId === undefined) return false;
  if (skip.includes(logicalId) || deletionPolicy === "Retain") return true;
  return deletionPolicy === "RetainExceptOnCreate" && !afterCreation;
}

/** Deletes what an update has left over. A failure is an event and no more, as in CloudFormation. */
export async function deleteObsolete(
  steps: ResourceSteps,
  stack: StackRecord,
  operation: StackOperation,
  stop: AbortSignal,
): Promise<void> {
  const retained = operation.obsolete.filter(({ retain }) => retain);
  for (const { record } of retained) steps.skip(stack, record);
  operation.obsolete = operation.obsolete.filter(({ retain }) => !retain);
  await inReverse(
    operation.obsolete.map(({ record }) => record),
    async (record) => {
      await steps.delete(stack, record, { failing: NOTHING_FAILED, stop });
      operation.obsolete = operation.obsolete.filter((other) => other.record !== record);
      return true;
    },
  );
}

function inReverse(
  records: ResourceRecord[],
  task: (record: ResourceRecord) => Promise<boolean>,
): Promise<string[]> {
  // A resource and its replacement have the same logical id, so items are numbered.
  const items = records.map((record, at) => ({ key: String(at), record }));
  const find = (key: string) => items[Number(key)]!.record;
  return runInOrder(
    items.map(({ key }) => key),
    (key) =>
      items
        .filter(({ record }) => record.dependsOn.includes(find(key).logicalId))
        .map((dependent) => dependent.key),
    (key) => task(find(key)),
  ).then((failed) => failed.map((key) => find(key).logicalId));
}
