import {
  type CloudFormationClient,
  DescribeStacksCommand,
  GetTemplateCommand,
  type Stack as SdkStack,
} from "@aws-sdk/client-cloudformation";
import { DslError } from "../../runtime/core/dsl-error.ts";
import { awsErrorCode } from "../aws/errors.ts";
import { DELETED, isDeleted } from "./stack-status.ts";

/** What CloudFormation knows of a stack. */
export interface Stack {
  name: string;
  /** ARN; stays the same when a stack of the same name is created again. */
  id: string;
  status: string;
  description: string;
  parameters: Record<string, string>;
  outputs: Record<string, string>;
  tags: Record<string, string>;
  /** When it was created or last updated. */
  changedAt: Date;
  /** The role that CloudFormation works as; null: as whoever asks it to. */
  roleArn: string | null;
}

/** null when there is no such stack, or no longer. */
export async function describeStack(
  client: CloudFormationClient,
  nameOrId: string,
): Promise<Stack | null> {
  try {
    const answer = await client.send(new DescribeStacksCommand({ StackName: nameOrId }));
    const stack = answer.Stacks?.[0];
    return stack === undefined || isDeleted(stack.StackStatus ?? "") ? null : toStack(stack);
  } catch (error) {
    if (isNoSuchStack(error)) return null;
    throw error;
  }
}

/** Also of a stack that is gone. */
export async function statusOf(client: CloudFormationClient, stackId: string): Promise<string> {
  return (await describeStack(client, stackId))?.status ?? DELETED;
}

/** A stack that was there a moment ago. Throws a DslError when it is gone. */
export async function requireStack(client: CloudFormationClient, nameOrId: string): Promise<Stack> {
  const stack = await describeStack(client, nameOrId);
  if (stack !== null) return stack;
  throw new DslError(
    "stack_disappeared",
    `Stack ${nameOrId} was deleted while it was being deployed`,
    "find out who deletes it, then run the same command again",
  );
}

/** The template as it was sent. */
export async function templateOf(client: CloudFormationClient, name: string): Promise<string> {
  const answer = await client.send(
    new GetTemplateCommand({ StackName: name, TemplateStage: "Original" }),
  );
  return answer.TemplateBody ?? "";
}

/** A stack of the SDK, with everything there that CloudFormation may leave out. */
export function toStack(stack: SdkStack): Stack {
  return {
    name: stack.StackName ?? "",
    id: stack.StackId ?? "",
    status: stack.StackStatus ?? "",
    description: stack.Description ?? "",
    parameters: record(stack.Parameters?.map((p) => [p.ParameterKey, p.ParameterValue])),
    outputs: record(stack.Outputs?.map((o) => [o.OutputKey, o.OutputValue])),
    tags: record(stack.Tags?.map((t) => [t.Key, t.Value])),
    changedAt: stack.LastUpdatedTime ?? stack.CreationTime ?? new Date(0),
    roleArn: stack.RoleARN ?? null,
  };
}

function record(pairs: [string | undefined, string | undefined][] = []): Record<string, string> {
  return Object.fromEntries(pairs.map(([key, value]) => [key ?? "", value ?? ""]));
}

/** CloudFormation has no code of its own for it: ValidationError "Stack with id X does not exist". */
function isNoSuchStack(error: unknown): boolean {
  return (
    awsErrorCode(error) === "ValidationError" &&
    error instanceof Error &&
    error.message.includes("does not exist")
  );
}
