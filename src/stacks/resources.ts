import { DescribeStackResourcesCommand } from "@aws-sdk/client-cloudformation";
import type { Cloud } from "./cloud.ts";
import type { Stack } from "./describe.ts";
import { isDeleted } from "./stack-status.ts";

/**
 * The name of a bucket stack's bucket, also where the stack never got as far as having outputs;
 * null when it has no bucket (any more).
 */
export async function bucketOf(cloud: Cloud, stack: Stack): Promise<string | null> {
  const answer = await cloud.client.send(
    new DescribeStackResourcesCommand({ StackName: stack.id }),
  );
  const bucket = answer.StackResources?.find(
    ({ ResourceType, ResourceStatus }) =>
      ResourceType === "AWS::S3::Bucket" && !isDeleted(ResourceStatus ?? ""),
  );
  return bucket?.PhysicalResourceId || null;
}
