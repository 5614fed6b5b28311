import { type Identity, identityTags, templateFor, userTags } from "../stacks/identity.ts";
import type { StackState } from "./inputs.ts";
import type { Parameters, RecoveryAction, StackAction, StackContent } from "./plan.ts";

/** What the user and this version of dsl want of a stack. */
export interface WantedStack {
  stackName: string;
  identity: Identity;
  parameters: Parameters;
  /** The user's; undefined: whatever they are. */
  tags: Record<string, string> | undefined;
  /** As it is in templates/. */
  template: string;
}

/** Creates, updates or leaves a stack, as it will be after its recovery. */
export function stackAction(wanted: WantedStack, state: StackState | null): StackAction {
  const { stackName, identity, parameters } = wanted;
  const existing = survives(state) ? state : null;
  const tags = {
    ...(wanted.tags ?? userTags(existing?.tags ?? {})),
    ...identityTags(identity),
  };
  const template = templateFor(identity, wanted.template);
  const content: StackContent = { stackName, identity, parameters, tags, template };
  if (existing === null) return { action: "create", ...content };
  const changes = Object.entries(parameters)
    .map(([parameter, to]) => ({ parameter, from: existing.parameters[parameter] ?? null, to }))
    .filter(({ from, to }) => from !== to);
  const tagsChanged = !sameTags(tags, existing.tags);
  // CloudFormation gives a template back without the white space at its end.
  const templateChanged = template.trimEnd() !== existing.template.trimEnd();
  if (changes.length === 0 && !tagsChanged && !templateChanged) {
    return { action: "none", stackName, identity };
  }
  return { action: "update", ...content, changes, templateChanged, tagsChanged };
}

/** False when there is no stack, or none will be left once it has recovered. */
export function survives(state: StackState | null): state is StackState {
  return state !== null && state.condition !== "unusable" && state.condition !== "deleting";
}

/** What must happen to a stack before it can be created or updated. */
export function recoveryAction(identity: Identity, state: StackState | null): RecoveryAction[] {
  if (state === null || state.condition === "usable") return [];
  const action = {
    changing: "wait",
    deleting: "wait-until-deleted",
    unusable: "delete",
    "rollback-failed": "continue-rollback",
  } as const;
  return [
    { action: action[state.condition], identity, stackName: state.name, status: state.status },
  ];
}

function sameTags(one: Record<string, string>, other: Record<string, string>): boolean {
  const names = Object.keys(one);
  return (
    names.length === Object.keys(other).length && names.every((name) => one[name] === other[name])
  );
}
