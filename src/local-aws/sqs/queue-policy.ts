/** Policies of queues, as far as AWS services may send to them. */
import { z } from "zod";
import { AwsFault } from "../common/service.ts";
import { matches } from "../iam/policy.ts";

const oneOrMore = z
  .union([z.string(), z.array(z.string()).min(1)])
  .transform((value) => (typeof value === "string" ? [value] : value));

const policySchema = z.strictObject({
  Version: z.literal("2012-10-17"),
  Id: z.string().optional(),
  Statement: z.array(
    z.strictObject({
      Sid: z.string().optional(),
      Effect: z.literal("Allow"),
      Principal: z.strictObject({ Service: oneOrMore }),
      Action: oneOrMore,
      Resource: oneOrMore,
      Condition: z
        .strictObject({ ArnEquals: z.strictObject({ "aws:SourceArn": oneOrMore }) })
        .optional(),
    }),
  ),
});

export type QueuePolicy = z.output<typeof policySchema>;

/** Throws InvalidAttributeValue, also for parts of the language that could not be enforced here. */
export function parseQueuePolicy(value: unknown): QueuePolicy {
  const parsed = policySchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new AwsFault(
    "InvalidAttributeValue",
    `Invalid value for the parameter Policy, or a part of the language that the local AWS does not enforce. (${issue?.path.join(".") || "document"}: ${issue?.message})`,
  );
}

/** Whether a service may send to the queue on behalf of `sourceArn`, such as a rule. */
export function letsSend(
  policy: QueuePolicy | undefined,
  queueArn: string,
  service: string,
  sourceArn: string,
): boolean {
  return (policy?.Statement ?? []).some(
    ({ Principal, Action, Resource, Condition }) =>
      Principal.Service.includes(service) &&
      Action.some((pattern) => matches(pattern, "sqs:SendMessage", "i")) &&
      Resource.some((pattern) => matches(pattern, queueArn, "")) &&
      (Condition === undefined || Condition.ArnEquals["aws:SourceArn"].includes(sourceArn)),
  );
}
