/** When what lets people in to a site is stored and taken away: before anybody is asked for it, and after. */
import { hashPassword } from "../../runtime/core/access/password.ts";
import {
  encodeAccess,
  newKey,
  type StoredAccess,
} from "../../runtime/core/access/stored-access.ts";
import { DslError } from "../../runtime/core/dsl-error.ts";
import type { Manifest } from "../../runtime/core/format/manifest.ts";
import type { AwsClients } from "../aws/clients.ts";
import type { Plan } from "../plan/plan.ts";
import { isPublic, isSameIssuer, type Viewers } from "../plan/viewers.ts";
import { isProtected } from "../stacks/protected-site.ts";
import type { Deployment, PlannedUpdate, Secrets } from "./deployment.ts";
import { deleteAccess, ownerSession, readAccess, storeAccess } from "./site-access.ts";

/** All of it is as it is stored. */
export const NO_SECRETS: Secrets = { password: null, signIn: null };

/** Throws a DslError for a site that is to need a password which nobody has said. */
export async function requirePassword(
  { clients, site, secrets }: Deployment,
  { viewers }: Plan,
): Promise<void> {
  if (!viewers.after.password || secrets.password !== null) return;
  const stored = await readAccess(clients, site);
  if (stored !== null && stored.password !== null) return;
  throw new DslError(
    "no_password",
    `${site} is to need a password, and has none yet`,
    "type --password, which asks for it; or give --password-file or the environment variable DSL_PASSWORD",
    { exitCode: 2 },
  );
}

/**
 * Before the first thing that asks who comes. What is in use stays until all has gone well. Resolves with the
 * secrets that are still to be stored then.
 */
export async function storeFirstAccess(
  { clients, site, secrets }: Deployment,
  { plan }: PlannedUpdate,
): Promise<Secrets> {
  const { after } = plan.viewers;
  if (isPublic(after) || (await readAccess(clients, site)) !== null) return secrets;
  await storeAccess(clients, site, await nextAccess(after, secrets, null, []));
  return NO_SECRETS;
}

/**
 * When the site answers as it should. `origins`: scheme and host of its addresses, the one to prefer first. Resolves
 * with those of which the provider may have to be told.
 */
export async function settleAccess(
  { clients, site }: Deployment,
  { plan, state }: PlannedUpdate,
  secrets: Secrets,
  origins: readonly string[],
): Promise<readonly string[]> {
  const { after } = plan.viewers;
  if (isPublic(after)) {
    if (isProtected(state.stacks.get("service")?.parameters)) await deleteAccess(clients, site);
    return [];
  }
  const stored = await readAccess(clients, site);
  const next = await nextAccess(after, secrets, stored, origins);
  if (stored === null || encodeAccess(stored) !== encodeAccess(next)) {
    await storeAccess(clients, site, next);
  }
  if (after.signIn === null) return [];
  const known = secrets.signIn === null ? (stored?.signIn?.origins ?? []) : [];
  return origins.every((origin) => known.includes(origin)) ? [] : origins;
}

/** What lets in `viewers`, who are somebody. What is no secret of now is as it is stored. */
async function nextAccess(
  viewers: Viewers,
  secrets: Secrets,
  stored: StoredAccess | null,
  origins: readonly string[],
): Promise<StoredAccess> {
  const password =
    secrets.password === null ? stored?.password : await hashPassword(secrets.password);
  const client = secrets.signIn ?? stored?.signIn ?? null;
  const signIn =
    viewers.signIn === null || client === null
      ? null
      : {
          provider: client.provider,
          clientId: viewers.signIn.clientId,
          clientSecret: client.clientSecret,
          scopes: viewers.signIn.scopes,
          allow: viewers.signIn.allow,
          origins,
        };
  const before = stored?.signIn ?? null;
  const isSameClient =
    signIn === null ||
    (before?.clientId === signIn.clientId &&
      isSameIssuer(before.provider.issuer, signIn.provider.issuer));
  return {
    password: viewers.password ? (password ?? null) : null,
    signIn,
    // Nobody stays signed in by a password or a provider of before.
    key: stored !== null && secrets.password === null && isSameClient ? stored.key : newKey(),
  };
}

/** What lets this command in to a version of the site; null where everybody may come in. */
export async function sessionFor(
  { flags }: Pick<Manifest, "flags">,
  clients: AwsClients,
  site: string,
): Promise<string | null> {
  return flags.password ? ownerSession(clients, site) : null;
}
