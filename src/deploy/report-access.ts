/** What `dsl update-stack` says about who comes in, and how. */
import { CALLBACK, providerName } from "../../runtime/core/access/sign-in-provider.ts";
import { changesViewers, type Plan } from "../plan/plan.ts";
import { describeViewers } from "../plan/viewers.ts";
import type { Deployment } from "./deployment.ts";

const NEW_PASSWORD =
  "The password is stored. Where there was another, it is refused within a minute, and who signed in with it must sign in again";
const NEW_CLIENT = "The client's secret and what the provider says of itself are stored";

/**
 * What must be registered with the provider, for a person to do. `origins`: scheme and host of the site's addresses;
 * none before it has one.
 */
export function redirectNotes(
  { viewers }: Pick<Plan, "viewers">,
  origins: readonly string[],
  baseUrl: string,
): string[] {
  const { signIn } = viewers.after;
  if (signIn === null) return [];
  const name = providerName(signIn.issuer);
  if (origins.length === 0) {
    return [`The redirect URI for ${name} is printed when the site has its address`];
  }
  const path = baseUrl.replace(/\/$/, "") + CALLBACK;
  return origins.map((origin) => `Redirect URI, to be registered with ${name}: ${origin}${path}`);
}

/** When it is done. `newOrigins`: addresses of which the provider may have to be told. */
export function reportAccess(
  { secrets, reporter, baseUrl }: Pick<Deployment, "secrets" | "reporter" | "baseUrl">,
  plan: Plan,
  newOrigins: readonly string[],
): void {
  if (secrets.password !== null) reporter.info(NEW_PASSWORD);
  if (secrets.signIn !== null) reporter.info(NEW_CLIENT);
  if (changesViewers(plan)) {
    reporter.info(`Within a minute the site is seen by ${describeViewers(plan.viewers.after)}`);
  }
  if (newOrigins.length === 0) return;
  for (const note of redirectNotes(plan, newOrigins, baseUrl)) reporter.info(note);
}
