/** What `dsl delete-stack` does. */

import type { StoredToken } from "../../runtime/core/access/tokens.ts";
import { DslError } from "../../runtime/core/dsl-error.ts";
import { formatCount } from "../../runtime/core/quantities.ts";
import type { AwsClients } from "../aws/clients.ts";
import { awsErrorCode } from "../aws/errors.ts";
import { removeCertificates } from "../domains/remove-certificates.ts";
import { deployedDomains, domainsOf } from "../plan/wanted-domains.ts";
import { type Cloud, cloudOf } from "../stacks/cloud.ts";
import type { Stack } from "../stacks/describe.ts";
import { type FoundSite, findSite } from "../stacks/find-site.ts";
import { isProtected } from "../stacks/protected-site.ts";
import { waitForStack } from "../stacks/recover.ts";
import { isInProgress } from "../stacks/stack-status.ts";
import type { Reporter } from "../terminal/reporter.ts";
import { stackStep } from "./apply-stack.ts";
import { deleteOriginSecret } from "./origin-secret.ts";
import { removeStack } from "./remove-stack.ts";
import { deleteAccess } from "./site-access.ts";
import { COLLECT, deleteTokens, READ, type TokenKind } from "./tokens.ts";

export interface DeleteRequest {
  stackName: string;
  roleArn: string | null;
  /** Do not ask. */
  yes: boolean;
}

/**
 * Deletes everything in the bucket and all stacks of a site, in whatever state. Throws a DslError
 * when there is none.
 */
export async function deleteSite(
  request: DeleteRequest,
  clients: AwsClients,
  reporter: Reporter,
): Promise<void> {
  const { deleted, objects, tokens, lake } = await removeSite(request, clients, reporter);
  reporter.result(
    [
      `Deleted ${list(deleted)} and ${formatCount(objects, "object")} in the bucket.`,
      ...(lake === null ? [] : [`The lake went with them: its files, and Glue database ${lake}.`]),
    ],
    { deleted, objects_deleted: objects, tokens_deleted: tokens },
  );
}

/** The same without a result: the names of the stacks that went, how many objects, and the lake's database. */
export async function removeSite(
  request: DeleteRequest,
  clients: AwsClients,
  reporter: Reporter,
): Promise<{ deleted: string[]; objects: number; tokens: number; lake: string | null }> {
  const found = await findSite(clients, request.stackName);
  if (found.stacks.size === 0) throw noStack(found);
  // The bucket last: a site without data would answer with errors.
  const stacks = [...found.stacks].reverse();
  if (!request.yes) {
    await reporter.confirm(question(found), "the same command again, answering yes, or with --yes");
  }
  reporter.ifInterrupted(
    `${list(stacks.map(([, { name }]) => `Stack ${name}`))} may be deleted in part, and CloudFormation may still be at it.`,
    "the same command again: it waits for CloudFormation and deletes the rest",
  );
  const deleted: string[] = [];
  let objects = 0;
  for (const [role, stack] of stacks) {
    // Nothing uses them any more, and while there is the bucket the same command comes here again.
    if (role === "bucket") await removeOwnCertificates(clients, found, reporter);
    const cloud = await cloudOf(clients, role);
    const resting = await settle(cloud, stack, reporter);
    if (resting === null) continue;
    const title = stackStep("Deleting", role, stack.name);
    const removed = await removeStack(clients, role, resting, request.roleArn, title, reporter);
    deleted.push(stack.name);
    objects += removed.objects;
  }
  if (hasSecret(found)) await deleteOriginSecret(clients, request.stackName);
  const tokens = await removeTokens(clients, found, reporter);
  await requireGone(clients, request.stackName);
  return { deleted, objects, tokens, lake: lakeOf(found) };
}

/** Also where CloudFront was only being made. */
function hasSecret({ stacks }: FoundSite): boolean {
  return stacks.has("edge") || Boolean(stacks.get("service")?.parameters.OriginKeys);
}

/** Those that dsl asked for; where the service stack is gone already, nobody knows whether there are any. */
async function removeOwnCertificates(
  clients: AwsClients,
  { site, region, stacks }: FoundSite,
  reporter: Reporter,
): Promise<void> {
  const service = stacks.get("service");
  const hasDomains = domainsOfSite(stacks).length > 0;
  if (service !== undefined && !hasDomains) return;
  const { deleted, used } = await removeCertificates(clients, site, region, null, hasDomains);
  for (const arn of deleted) reporter.info(`Deleted certificate ${arn}`);
  for (const arn of used) {
    reporter.warn(
      `Certificate ${arn} is used by something else and stays; ACM deletes only what nothing uses`,
    );
  }
}

function domainsOfSite(stacks: FoundSite["stacks"]): string[] {
  return domainsOf(deployedDomains(stacks.get("service")?.parameters ?? {}));
}

/**
 * Tokens, and the password; resolves with how many tokens there were. Also tokens that the site did not ask for any
 * more, or not yet: they would be good for the next site of this name.
 */
async function removeTokens(
  clients: AwsClients,
  { site, stacks }: FoundSite,
  reporter: Reporter,
): Promise<number> {
  const isClosed = isProtected(stacks.get("service")?.parameters);
  if (isClosed) await deleteAccess(clients, site);
  const remove = async <T extends StoredToken>(kind: TokenKind<T>, isNeeded: boolean) => {
    try {
      return await deleteTokens(clients, kind, site);
    } catch (error) {
      // Who deploys a site without tokens need not be allowed to look for them.
      if (isNeeded || !/AccessDenied/.test(awsErrorCode(error))) throw error;
      reporter.info(
        `Whether there are tokens that may ${kind.may} ${site} could not be seen: dsl token list ${site} shows them to whoever may, and the next site of this name takes them`,
      );
      return 0;
    }
  };
  const collecting = await remove(COLLECT, stacks.has("collect"));
  return collecting + (await remove(READ, isClosed));
}

/** Somebody may have published the site again while it was being deleted; then half of it is there. */
async function requireGone(clients: AwsClients, site: string): Promise<void> {
  const { stacks } = await findSite(clients, site);
  if (stacks.size === 0) return;
  const names = list([...stacks.values()].map(({ name }) => `stack ${name}`));
  throw new DslError(
    "published_meanwhile",
    `Somebody else published site ${site} while this run deleted it: there is ${names} again`,
    "the same command again to delete that, too",
  );
}

/** Waits for what is going on, because its end would come in the way; null when that deleted the stack. */
async function settle(cloud: Cloud, stack: Stack, reporter: Reporter): Promise<Stack | null> {
  if (!isInProgress(stack.status)) return stack;
  const step = reporter.step(`Stack ${stack.name} is in ${stack.status}: waiting for it`);
  const resting = await waitForStack(cloud, stack);
  step.done(resting === null ? "it is deleted" : `it is in ${resting.status}`);
  return resting;
}

/** The Glue database of a site's lake; null for no lake. */
function lakeOf({ stacks }: FoundSite): string | null {
  return stacks.get("collect")?.parameters.LakeDatabase || null;
}

function question(found: FoundSite): string {
  const { site, account, region, stacks } = found;
  const lake = lakeOf(found);
  const data =
    lake === null
      ? "all published data in the bucket"
      : `all data in the bucket, the Parquet files of its lake (Glue database ${lake}) included`;
  const names = list([...stacks.values()].map(({ name }) => `stack ${name}`));
  const domains = domainsOfSite(stacks);
  const nameless = domains.length === 0 ? "" : ` ${list(domains)} will lead nowhere.`;
  return `Delete site ${site} in account ${account}, region ${region}: ${names} and ${data}?${nameless}`;
}

function list(names: string[]): string {
  return names.length === 0 ? "nothing" : names.join(" and ");
}

function noStack({ site, region }: FoundSite): DslError {
  return new DslError(
    "no_stack",
    `There is no stack ${site} in region ${region}`,
    "check the name, --region and --profile (and --local for a site on this machine)",
  );
}
