import type { AwsClients } from "../aws/clients.ts";
import type { DeployedState } from "../plan/inputs.ts";
import type { Plan } from "../plan/plan.ts";
import type { Reporter } from "../terminal/reporter.ts";

/** What the parts of one deployment share: where to, as whom, and who is told. */
export interface Deployment {
  /** The name that the user typed. */
  site: string;
  clients: AwsClients;
  /** A role that CloudFormation works as; null: with the caller's permissions. */
  roleArn: string | null;
  /** CloudFormation's express mode. */
  express?: boolean;
  /** The path of the site: the setting `base_url`. */
  baseUrl: string;
  /** A new password for visitors; null: the one that is stored, if the site needs one. */
  password: string | null;
  /** What could become the next secret that lets CloudFront in. */
  originSecret: string;
  /** For so long browsers keep an answer: the setting `default_cache_ttl`. */
  cacheSeconds: number;
  /** Temporary files; removed at the end. */
  workFolder: string;
  reporter: Reporter;
}

/** A plan and the state that it was made for. */
export interface PlannedUpdate {
  plan: Plan;
  state: DeployedState;
}
