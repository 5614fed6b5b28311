/** What creating and updating a stack have in common, with a change set or without. */
import { z } from "zod";
import { AwsFault } from "../../common/service.ts";
import { lookupIn } from "../engine/deploy.ts";
import type { StackModel } from "../engine/model.ts";
import { type Plan, planChanges } from "../engine/plan.ts";
import type { OnFailure, Revision, StackRecord } from "../engine/records.ts";
import { resolveParameters } from "../template/parameters.ts";
import { parseTemplate } from "../template/template.ts";
import { boolean, type Desk, list, tagRecord, tags } from "./operation.ts";
import { templateSource } from "./template-source.ts";

export const CAPABILITIES = [
  "CAPABILITY_IAM",
  "CAPABILITY_NAMED_IAM",
  "CAPABILITY_AUTO_EXPAND",
] as const;

export const revisionInput = {
  ...templateSource,
  Parameters: list(
    z.strictObject({
      ParameterKey: z.string(),
      ParameterValue: z.string().optional(),
      UsePreviousValue: boolean.optional(),
    }),
  ),
  Tags: tags.optional(),
  Capabilities: list(z.enum(CAPABILITIES)),
  RoleARN: z
    .string()
    .regex(/^arn:aws[a-z-]*:iam::\d{12}:role\/.+$/, "Role ARN is not valid")
    .optional(),
};

export const deploymentConfig = z
  .strictObject({
    Mode: z.enum(["STANDARD", "EXPRESS"]).optional(),
    DisableRollback: boolean.optional(),
  })
  .optional();

type RevisionInput = z.output<z.ZodObject<typeof revisionInput>>;

/**
 * The revision that a request with this template asks for. Tags that are not given stay as they are.
 * Throws ValidationError.
 */
export function requestedRevision(
  template: string,
  input: RevisionInput,
  stack: StackRecord | undefined,
): Revision {
  const previous = stack?.revision;
  const { parameters: definitions } = parseTemplate(template);
  return {
    template,
    parameters: resolveParameters(definitions, input.Parameters, previous?.parameters),
    tags: input.Tags === undefined ? (previous?.tags ?? {}) : tagRecord(input.Tags),
  };
}

/** Throws ValidationError, or InsufficientCapabilitiesException. */
export function checkedPlan(
  stack: StackRecord,
  revision: Revision,
  capabilities: string[],
  { operations }: Desk,
): { plan: Plan; model: StackModel } {
  const model = operations.model(stack, revision);
  const plan = planChanges(model, stack.resources, revision.tags);
  const named = plan.capabilities.has("CAPABILITY_NAMED_IAM");
  const enough =
    plan.capabilities.size === 0 ||
    capabilities.includes("CAPABILITY_NAMED_IAM") ||
    (!named && capabilities.includes("CAPABILITY_IAM"));
  if (!enough) {
    throw new AwsFault(
      "InsufficientCapabilitiesException",
      `Requires capabilities : [${named ? "CAPABILITY_NAMED_IAM" : "CAPABILITY_IAM"}]`,
    );
  }
  return { plan, model };
}

/** Express deployments keep what has been made unless they are told to roll back. */
export function onFailure(
  explicit: OnFailure | undefined,
  config: z.output<typeof deploymentConfig>,
  disableRollback: boolean | undefined,
): OnFailure {
  if (explicit !== undefined) return explicit;
  const disabled = disableRollback ?? config?.DisableRollback ?? config?.Mode === "EXPRESS";
  return disabled ? "DO_NOTHING" : "ROLLBACK";
}

/** Whether the outputs would differ, asked when no resource would. */
export function outputsDiffer(stack: StackRecord, model: StackModel): boolean {
  return JSON.stringify(model.outputs(lookupIn(stack, model))) !== JSON.stringify(stack.outputs);
}
