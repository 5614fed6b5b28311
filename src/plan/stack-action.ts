import { identityTags, templateFor, userTags } from "../stacks/identity.ts";
import { PREVIEW_TAG } from "../stacks/preview.ts";
import type { Identity, Role } from "../stacks/roles.ts";
import { stackName } from "../stacks/stack-name.ts";
import type { StackCondition } from "../stacks/stack-status.ts";
import type { DeployedState, StackState } from "./inputs.ts";
import type {
  KeptStackAction,
  Parameters,
  RecoveryAction,
  StackAction,
  StackContent,
} from "./plan.ts";

/** What the user and this version of dsl want of a stack. */
export interface WantedStack {
  identity: Identity;
  parameters: Parameters;
  /** The user's; undefined: whatever they are. */
  tags: Record<string, string> | undefined;
  /** The site that this is a preview of; undefined: as it is deployed. */
  previewOf?: string | undefined;
  /** As it is in templates/. */
  template: string;
}

/** Creates, updates or leaves a stack, as it will be after its recovery. */
export function stackAction(wanted: WantedStack, deployed: DeployedState): KeptStackAction {
  const { identity, parameters } = wanted;
  const existing = surviving(deployed, identity.role);
  const tags = {
    ...(wanted.tags ?? userTags(existing?.tags ?? {})),
    ...identityTags(identity),
    ...previewTag(wanted.previewOf, existing?.tags ?? {}),
  };
  const template = templateFor(identity, wanted.template);
  const content: StackContent = {
    stackName: stackName(identity),
    identity,
    parameters,
    tags,
    template,
  };
  if (existing === null) return { action: "create", ...content };
  const changes = Object.entries(parameters)
    .map(([parameter, to]) => ({ parameter, from: existing.parameters[parameter] ?? null, to }))
    .filter(({ from, to }) => from !== to);
  const tagsChanged = !sameTags(tags, existing.tags);
  // CloudFormation gives a template back without the white space at its end.
  const templateChanged = template.trimEnd() !== existing.template.trimEnd();
  if (changes.length === 0 && !tagsChanged && !templateChanged) {
    return { action: "none", stackName: content.stackName, identity };
  }
  return { action: "update", ...content, changes, templateChanged, tagsChanged };
}

const NOT_THERE: StackCondition[] = ["proposed", "unusable", "deleting"];

/** The stack of this role; null when there is none, or none will be left once it has recovered. */
export function surviving({ stacks }: DeployedState, role: Role): StackState | null {
  const state = stacks.get(role);
  return state === undefined || NOT_THERE.includes(state.condition) ? null : state;
}

/** Takes a stack away that is there, after `first`. */
export function removal(identity: Identity, first?: KeptStackAction): StackAction {
  return { action: "delete", stackName: stackName(identity), identity, ...(first && { first }) };
}

/** What must happen to a stack before it can be created or updated, or deleted. */
export function recoveryAction(
  { identity, action: planned }: StackAction,
  { stacks }: DeployedState,
): RecoveryAction[] {
  const state = stacks.get(identity.role);
  if (state === undefined) return [];
  if (state.condition === "usable" || state.condition === "proposed") return [];
  const action = {
    changing: "wait",
    deleting: "wait-until-deleted",
    unusable: "delete",
    "rollback-failed": "continue-rollback",
  } as const;
  const recovery = action[state.condition];
  // A stack may be deleted in whatever state it rests.
  if (planned === "delete" && !recovery.startsWith("wait")) return [];
  return [{ action: recovery, identity, stackName: state.name, status: state.status }];
}

function previewTag(
  previewOf: string | undefined,
  existing: Record<string, string>,
): Record<string, string> {
  const site = previewOf ?? existing[PREVIEW_TAG];
  return site === undefined ? {} : { [PREVIEW_TAG]: site };
}

function sameTags(one: Record<string, string>, other: Record<string, string>): boolean {
  const names = Object.keys(one);
  return (
    names.length === Object.keys(other).length && names.every((name) => one[name] === other[name])
  );
}
