/**
 * What `update-stack` is going to do, as plain data: judged by tests, shown by `describe.ts`,
 * executed by the command: the recovery, the bucket stack, what is published, the uploads, the other
 * stacks.
 */
import type { PublishAction } from "../../runtime/publisher/publish/publish-action.ts";
import type { Identity, Role } from "../stacks/roles.ts";
import type { StorageMode } from "./inputs.ts";
import type { OptionOrigin } from "./option-origins.ts";
import type { SecretPlan } from "./origin-secret.ts";
import type { PackageUpload } from "./package-uploads.ts";
import type { CertificateAction } from "./plan-domains.ts";
import type { SiteChange } from "./site-changes.ts";
import { isSameViewers, type Viewers } from "./viewers.ts";

export interface Plan {
  /** The name that the user typed. */
  stackName: string;
  account: string;
  region: string;
  storage: StorageMode;
  /** Who may see the site, now and afterwards; null: there is none now. */
  viewers: { before: Viewers | null; after: Viewers };
  /** Afterwards. */
  firstVisit: FirstVisit;
  /** What every option is and where that comes from. */
  options: OptionOrigin[];
  /** Decisions that the user should hear of, one sentence each. */
  notes: string[];
  /**
   * What must happen to the stacks first. When there is any, the executor does it, reads the
   * deployed state again and plans again: what follows here is only what is expected then.
   */
  recovery: RecoveryAction[];
  publish: PublishAction;
  /** What becomes of the site besides its databases; empty for a first version. */
  siteChanges: SiteChange[];
  /** Messages of events that could not be loaded and that go with their queue. */
  lostMessages: number;
  /** What is sent to the bucket before the service stack refers to it. */
  uploads: PackageUpload[];
  /** One for each stack that the site is to have, in the order in which they are brought up to date, and for those that go. */
  stacks: StackAction[];
  /** Done at the end, when CloudFront answers: the API lets in nobody else from then on. */
  closing: KeptStackAction[];
  /** What lets CloudFront in; null for a site without. */
  secret: SecretPlan | null;
  /**
   * What is missing of the certificate of the site's domains. When there is something, the executor does it after
   * everything else, reads the deployed state again and plans again.
   */
  certificate: CertificateAction | null;
}

/** What a visit costs that needs a new environment of the function. */
export interface FirstVisit {
  /** With s3 storage from the bucket, for the database where it is most; embedded: in the package. */
  bytes: number;
  /** To transfer them. The start of the function comes on top. */
  seconds: number;
}

export interface RecoveryAction {
  action: "wait" | "wait-until-deleted" | "delete" | "continue-rollback";
  identity: Identity;
  stackName: string;
  /** The status that made it necessary. */
  status: string;
}

export type StackAction =
  | { action: "none"; stackName: string; identity: Identity }
  /** One that the site is to have no more; `first` is how it is brought to an end before. */
  | { action: "delete"; stackName: string; identity: Identity; first?: KeptStackAction }
  | (StackContent & { action: "create" })
  | (StackContent & {
      action: "update";
      /** Parameters that get another value; `from` is null for one that the stack does not have. */
      changes: { parameter: string; from: string | null; to: string | null }[];
      templateChanged: boolean;
      tagsChanged: boolean;
    });

/** What is done to a stack that is there afterwards. */
export type KeptStackAction = Exclude<StackAction, { action: "delete" }>;

/** What a stack is to become. */
export interface StackContent {
  stackName: string;
  identity: Identity;
  parameters: Parameters;
  tags: Record<string, string>;
  template: string;
}

/**
 * All parameters of a stack's template. null stands for what only the bucket stack's creation will
 * tell: the name of the bucket.
 */
export type Parameters = Record<string, string | null>;

/** What happens to the stack of this role, which the site must be going to have. */
export function stackPlan(plan: Pick<Plan, "stacks">, role: Role): KeptStackAction {
  const found = plan.stacks.find(({ identity }) => identity.role === role);
  if (found === undefined || found.action === "delete")
    throw new Error(`the plan has no ${role} stack`);
  return found;
}

export function changesViewers({ viewers: { before, after } }: Pick<Plan, "viewers">): boolean {
  return before !== null && !isSameViewers(before, after);
}

/** True when nothing at all has to be done. */
export function isNoop(plan: Plan): boolean {
  return (
    plan.recovery.length === 0 &&
    !changesViewers(plan) &&
    plan.publish.action === "none" &&
    plan.uploads.length === 0 &&
    plan.certificate === null &&
    plan.stacks.every(({ action }) => action === "none")
  );
}
