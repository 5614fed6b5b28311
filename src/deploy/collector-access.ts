/** Who may send events to a site that is to take some: whoever has a token, or everybody who was allowed to. */
import { DslError } from "../../runtime/core/dsl-error.ts";
import type { AwsClients } from "../aws/clients.ts";
import type { DeployedState, UpdateOptions } from "../plan/inputs.ts";
import { COLLECT, listTokens } from "./tokens.ts";

/** On a machine of one's own there is nobody to wait for and nothing to be paid for. */
const LOCAL_WINDOW = 1;

/**
 * The options with what follows for the collector. Throws a DslError (`no_tokens`) when nobody could send
 * events, because there is no token and none was said to be needed.
 */
export async function withCollectorAccess(
  options: UpdateOptions,
  { stacks }: DeployedState,
  clients: AwsClients,
  isLocal: boolean,
): Promise<UpdateOptions> {
  const { collect, stackName } = options;
  if (collect === false) return options;
  const deployed = stacks.get("collect")?.parameters;
  const isNew = deployed === undefined;
  // What is deployed stays as it is, also when the last token was revoked.
  if (isNew ? collect?.database === undefined : collect?.isPublic === undefined) return options;
  const isPublic = collect?.isPublic ?? deployed?.Public === "true";
  const windowSeconds =
    collect?.windowSeconds ?? (isLocal && deployed === undefined ? LOCAL_WINDOW : undefined);
  const settled = {
    ...options,
    collect: { ...collect, ...(windowSeconds !== undefined && { windowSeconds }) },
  };
  if (isPublic || (await listTokens(clients, COLLECT, stackName)).length > 0) return settled;
  // On loopback whoever reaches the site is on this machine.
  if (isLocal && collect?.isPublic === undefined) {
    return { ...settled, collect: { ...settled.collect, isPublic: true } };
  }
  throw new DslError(
    "no_tokens",
    `${stackName} has no token, so nobody could send events`,
    `dsl token create ${stackName} first, or --collect-public to take events from everybody`,
  );
}
