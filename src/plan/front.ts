/**
 * What stands in front of the function: who the API answers, and how that changes without anybody being turned
 * away. Pure.
 */
import { type EdgeSettings, edgeSettings } from "./edge-parameters.ts";
import type { DeployedState, Facts, UpdateOptions } from "./inputs.ts";
import { planSecret, type SecretPlan } from "./origin-secret.ts";
import type { KeptStackAction } from "./plan.ts";
import { surviving } from "./stack-action.ts";

export interface Front {
  /** null: the API answers everybody. */
  edge: EdgeSettings | null;
  secret: SecretPlan | null;
  /** Parameters of the service, and as far as it has them of the collector. */
  door: { OriginKeys: string; EdgeOnly: string; EdgeSeconds: string };
  /** Whether the API is closed to others at the end, because CloudFront is only being made. */
  closesLater: boolean;
}

/** `service` are the deployed parameters of the service stack. Throws a DslError. */
export function planFront(
  options: UpdateOptions,
  { originSecret }: Pick<Facts, "originSecret">,
  deployed: DeployedState,
  service: Readonly<Record<string, string>>,
  now: Date,
): Front {
  const before = surviving(deployed, "edge")?.parameters ?? null;
  const edge = edgeSettings(options, before, service);
  if (edge === null || originSecret === undefined) {
    const door = { OriginKeys: "", EdgeOnly: "false", EdgeSeconds: "0" };
    return { edge: null, secret: null, door, closesLater: false };
  }
  const { cloudFront } = options;
  const isForced =
    cloudFront !== undefined && cloudFront !== false && cloudFront.newSecret === true;
  const { stored, fresh } = originSecret;
  const secret = planSecret(stored, before?.SecretVersion ?? null, fresh, now, isForced);
  const closesLater = before === null;
  const door = {
    OriginKeys: secret.accepted.join(","),
    EdgeOnly: String(!closesLater),
    EdgeSeconds: edge.ttl,
  };
  return { edge, secret, door, closesLater };
}

/** What closes the API to everybody but CloudFront, of a stack as it will be until then. */
export function closing(action: KeptStackAction): KeptStackAction {
  if (action.action === "none") return action;
  const { identity, stackName, parameters, tags, template } = action;
  return {
    action: "update",
    identity,
    stackName,
    parameters,
    tags,
    template,
    changes: [{ parameter: "EdgeOnly", from: "false", to: "true" }],
    templateChanged: false,
    tagsChanged: false,
  };
}

export function frontNotes({ edge, closesLater }: Front, isPrivate: boolean): string[] {
  if (edge === null) return [];
  return [
    ...(closesLater
      ? [
          "The API will answer CloudFront alone: whoever has its own address gets nothing there any more",
        ]
      : []),
    ...(isPrivate
      ? ["CloudFront keeps no answers of this site: they are for who has signed in"]
      : []),
  ];
}
