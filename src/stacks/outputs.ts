import { DslError } from "../../runtime/core/dsl-error.ts";
import type { Stack } from "./describe.ts";

/** An output of the templates; throws a DslError when the stack does not have it. */
export function outputOf(
  stack: Pick<Stack, "name" | "status" | "outputs">,
  name: "BucketName" | "Url" | "FunctionName" | "LogGroupName" | "QueueUrl" | "DeadLetterQueueUrl",
): string {
  const value = stack.outputs[name];
  if (value === undefined) {
    throw new DslError(
      "missing_output",
      `Stack ${stack.name} (${stack.status}) has no output ${name}`,
      "run dsl update-stack again: it brings the stack up to date",
    );
  }
  return value;
}
