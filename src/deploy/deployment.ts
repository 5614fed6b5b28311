import type { Provider } from "../../runtime/core/access/sign-in-provider.ts";
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
  /** What was said with this command of what lets visitors in. */
  secrets: Secrets;
  /** What could become the next secret that lets CloudFront in. */
  originSecret: string;
  /** For so long browsers keep an answer: the setting `default_cache_ttl`. */
  cacheSeconds: number;
  /** Temporary files; removed at the end. */
  workFolder: string;
  reporter: Reporter;
}

/** What is stored besides who may see a site; null: as it is stored. */
export interface Secrets {
  /** A new password for visitors. */
  password: string | null;
  signIn: { provider: Provider; clientSecret: string } | null;
}

/** A plan and the state that it was made for. */
export interface PlannedUpdate {
  plan: Plan;
  state: DeployedState;
}
