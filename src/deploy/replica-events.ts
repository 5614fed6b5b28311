/**
 * The events of a bucket that is not the site's: a function that follows replicas needs them at EventBridge. Whatever
 * else the bucket tells anybody stays as it is.
 */
import {
  GetBucketNotificationConfigurationCommand,
  type NotificationConfiguration,
  PutBucketNotificationConfigurationCommand,
} from "@aws-sdk/client-s3";
import { DslError } from "../../runtime/core/dsl-error.ts";
import type { AwsClients } from "../aws/clients.ts";
import { explainAwsError } from "../aws/errors.ts";
import type { Reporter } from "../terminal/reporter.ts";
import type { PlannedUpdate } from "./deployment.ts";

export interface MissingEvents {
  bucket: string;
  /** The bucket's configuration as it is, with events for EventBridge besides. */
  configuration: NotificationConfiguration;
}

/** null when the site follows no replica in a bucket, or its bucket sends its events already. Throws a DslError. */
export async function missingEvents(
  clients: AwsClients,
  { plan, state }: PlannedUpdate,
): Promise<MissingEvents | null> {
  const stack = plan.stacks.find(({ identity }) => identity.role === "follow");
  if (stack === undefined || stack.action === "delete") return null;
  const parameters =
    stack.action === "none" ? state.stacks.get("follow")!.parameters : stack.parameters;
  const bucket = String(parameters.ReplicaBucket);
  try {
    const answer = await (await clients.s3()).send(
      new GetBucketNotificationConfigurationCommand({ Bucket: bucket }),
    );
    const configuration = withEvents(answer);
    return configuration === null ? null : { bucket, configuration };
  } catch (thrown) {
    const error = explainAwsError(thrown);
    const reason = error instanceof Error ? error.message : String(error);
    throw new DslError(
      "events_unknown",
      `Whether the bucket ${bucket} sends its events to EventBridge cannot be found out: ${reason}`,
      "the permission s3:GetBucketNotification on that bucket",
      { cause: thrown },
    );
  }
}

/** The configuration with events for EventBridge; null when it has them. Pure. */
export function withEvents(
  answer: NotificationConfiguration & { $metadata?: unknown },
): NotificationConfiguration | null {
  const { $metadata: _metadata, ...configuration } = answer;
  if (configuration.EventBridgeConfiguration !== undefined) return null;
  return { ...configuration, EventBridgeConfiguration: {} };
}

/** Lets the bucket send its events, after asking (unless `yes`). Throws a DslError when the answer is no. */
export async function sendEvents(
  { bucket, configuration }: MissingEvents,
  clients: AwsClients,
  yes: boolean,
  reporter: Reporter,
): Promise<void> {
  if (!yes) {
    await reporter.confirm(
      `The bucket ${bucket} does not send its events to EventBridge, which a function that follows its replicas needs. Turn that on? Nothing else in the bucket's configuration is changed.`,
      `turn it on there: ${byHand(bucket, configuration)}`,
    );
  }
  await (await clients.s3()).send(
    new PutBucketNotificationConfigurationCommand({
      Bucket: bucket,
      NotificationConfiguration: configuration,
    }),
  );
  reporter.info(`The bucket ${bucket} sends its events to EventBridge now`);
}

/** The same with the AWS CLI, which replaces a configuration as a whole, too. */
export function byHand(bucket: string, configuration: NotificationConfiguration): string {
  const json = JSON.stringify(configuration).replaceAll("'", "'\\''");
  return `aws s3api put-bucket-notification-configuration --bucket ${bucket} --notification-configuration '${json}'`;
}
