/** When a site's password is stored and taken away: before anybody is asked for it, and after. */
import { DslError } from "../../runtime/core/dsl-error.ts";
import type { Manifest } from "../../runtime/core/format/manifest.ts";
import type { AwsClients } from "../aws/clients.ts";
import type { Plan } from "../plan/plan.ts";
import { needsPassword } from "../stacks/password-parameter.ts";
import type { Deployment, PlannedUpdate } from "./deployment.ts";
import { deleteAccess, ownerSession, readAccess, storeAccess } from "./site-access.ts";

/** Throws a DslError for a site that is to need a password which nobody has said. */
export async function requirePassword(
  { clients, site, password }: Deployment,
  { needsPassword }: Plan,
): Promise<void> {
  if (!needsPassword || password !== null || (await readAccess(clients, site)) !== null) return;
  throw new DslError(
    "no_password",
    `${site} is to need a password, and has none yet`,
    "type --password, which asks for it; or give --password-file or the environment variable DSL_PASSWORD",
    { exitCode: 2 },
  );
}

/**
 * Before the first thing that asks for a password. One that is in use stays until all has gone well.
 * Resolves with the new password where that is still to be stored then, else null.
 */
export async function storeFirstPassword({
  clients,
  site,
  password,
}: Deployment): Promise<string | null> {
  if (password === null || (await readAccess(clients, site)) !== null) return password;
  await storeAccess(clients, site, password);
  return null;
}

/** When the site answers as it should. `password` is still to be stored; null: none is. */
export async function settlePassword(
  { clients, site }: Deployment,
  { plan, state }: PlannedUpdate,
  password: string | null,
): Promise<void> {
  const neededOne = needsPassword(state.stacks.get("service")?.parameters);
  if (plan.needsPassword && password !== null) await storeAccess(clients, site, password);
  if (!plan.needsPassword && neededOne) await deleteAccess(clients, site);
}

/** What lets this command in to a version of the site; null where everybody may come in. */
export async function sessionFor(
  { flags }: Pick<Manifest, "flags">,
  clients: AwsClients,
  site: string,
): Promise<string | null> {
  return flags.password ? ownerSession(clients, site) : null;
}
