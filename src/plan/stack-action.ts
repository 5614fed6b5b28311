import type { StackState } from "./inputs.ts";
import type { Parameters, RecoveryAction, StackAction } from "./plan.ts";

/** What the stack should become. */
export interface WantedStack {
  stackName: string;
  parameters: Parameters;
  /** undefined: whatever they are. */
  tags: Record<string, string> | undefined;
  template: string;
}

/** Creates, updates or leaves a stack, as it will be after its recovery. */
export function stackAction(wanted: WantedStack, state: StackState | null): StackAction {
  const { stackName, parameters } = wanted;
  if (!survives(state)) {
    return { action: "create", stackName, parameters, tags: wanted.tags ?? {} };
  }
  const changes = Object.entries(parameters)
    .map(([parameter, to]) => ({ parameter, from: state.parameters[parameter] ?? null, to }))
    .filter(({ from, to }) => from !== to);
  const tags = wanted.tags ?? state.tags;
  const tagsChanged = !sameTags(tags, state.tags);
  // CloudFormation gives a template back without the white space at its end.
  const templateChanged = wanted.template.trimEnd() !== state.template.trimEnd();
  if (changes.length === 0 && !tagsChanged && !templateChanged)
    return { action: "none", stackName };
  return { action: "update", stackName, parameters, tags, changes, templateChanged, tagsChanged };
}

/** False when there is no stack, or none will be left once it has recovered. */
export function survives(state: StackState | null): state is StackState {
  return state !== null && state.condition !== "unusable" && state.condition !== "deleting";
}

/** What must happen to a stack before it can be created or updated. */
export function recoveryAction(
  stack: RecoveryAction["stack"],
  state: StackState | null,
): RecoveryAction[] {
  if (state === null || state.condition === "usable") return [];
  const action = {
    changing: "wait",
    deleting: "wait-until-deleted",
    unusable: "delete",
    "rollback-failed": "continue-rollback",
  } as const;
  return [{ action: action[state.condition], stack, stackName: state.name, status: state.status }];
}

function sameTags(one: Record<string, string>, other: Record<string, string>): boolean {
  const names = Object.keys(one);
  return (
    names.length === Object.keys(other).length && names.every((name) => one[name] === other[name])
  );
}
