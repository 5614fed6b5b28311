import { DslError } from "../../runtime/core/dsl-error.ts";
import { formatCount } from "../../runtime/core/quantities.ts";
import { DeleteFailed } from "../aws/bucket-store.ts";
import type { AwsClients } from "../aws/clients.ts";
import { emptyBucket } from "../aws/empty-bucket.ts";
import { awsErrorCode } from "../aws/errors.ts";
import { cloudOf } from "../stacks/cloud.ts";
import { deleteStack } from "../stacks/delete.ts";
import type { Stack } from "../stacks/describe.ts";
import { bucketOf } from "../stacks/resources.ts";
import type { Role } from "../stacks/roles.ts";
import type { Reporter } from "../terminal/reporter.ts";

/** What went with a stack. */
export interface Removed {
  bucket: string | null;
  objects: number;
}

/**
 * Deletes a stack; a bucket in it is emptied first, because CloudFormation deletes only empty ones.
 * `title` names the step, such as "Deleting stack northwind".
 */
export async function removeStack(
  clients: AwsClients,
  role: Role,
  stack: Stack,
  roleArn: string | null,
  title: string,
  reporter: Reporter,
): Promise<Removed> {
  const cloud = await cloudOf(clients, role);
  const bucket = await bucketOf(cloud, stack);
  const objects = bucket === null ? 0 : await empty(clients, bucket, reporter);
  const step = reporter.step(title);
  await deleteStack(cloud, stack, roleArn, step);
  step.done();
  return { bucket, objects };
}

async function empty(clients: AwsClients, bucket: string, reporter: Reporter): Promise<number> {
  const step = reporter.step(`Emptying bucket ${bucket}`);
  try {
    const objects = await emptyBucket(await clients.s3(), bucket, (deleted) =>
      step.progress(deleted, deleted, formatCount(deleted, "object")),
    );
    step.done(`${formatCount(objects, "object")} deleted`);
    return objects;
  } catch (error) {
    if (error instanceof DeleteFailed) throw objectsStay(bucket, error);
    if (awsErrorCode(error) !== "NoSuchBucket") throw error;
    step.done("it is gone already");
    return 0;
  }
}

/** DeleteObjects answers for each object; without permission it says so, and the request succeeds. */
function objectsStay(bucket: string, error: DeleteFailed): DslError {
  return new DslError(
    "objects_not_deleted",
    `Bucket ${bucket} cannot be emptied: ${error.message}`,
    "allow s3:DeleteObject and s3:DeleteObjectVersion in the IAM policy of these credentials, and check that no bucket policy denies them",
    { cause: error },
  );
}
