/** A deployed site as the commands that ask about it see it: its stacks, its bucket, what is published. */

import { buildSiteConfig } from "../../runtime/core/config/site-config.ts";
import { DslError } from "../../runtime/core/dsl-error.ts";
import type { Published } from "../../runtime/publisher/facts.ts";
import { readPublished } from "../../runtime/publisher/publish/published.ts";
import { BucketStore } from "../aws/bucket-store.ts";
import type { AwsClients } from "../aws/clients.ts";
import { siteUrl } from "../deploy/verify.ts";
import { frontAddress, siteAddress } from "../stacks/addresses.ts";
import type { Stack } from "../stacks/describe.ts";
import { findSite } from "../stacks/find-site.ts";
import type { Role } from "../stacks/roles.ts";

export interface DeployedSite {
  name: string;
  account: string;
  region: string;
  stacks: ReadonlyMap<Role, Stack>;
  store: BucketStore;
  published: Published;
}

/**
 * Throws a DslError: `no_stack` when there is no such site, `not_published` when it has stacks but
 * nothing was ever published in its bucket.
 */
export async function openSite(clients: AwsClients, name: string): Promise<DeployedSite> {
  const { account, region, stacks } = await findSite(clients, name);
  if (stacks.size === 0) {
    throw new DslError(
      "no_stack",
      `There is no site ${name} in region ${region} of account ${account}`,
      "dsl list shows the sites there; check --region and --profile (and --local for a site on this machine)",
    );
  }
  const bucket = stacks.get("bucket")?.outputs.BucketName;
  const store = bucket === undefined ? null : new BucketStore(await clients.s3(), bucket);
  const published = store === null ? null : await readPublished(store);
  if (store === null || published === null) {
    throw new DslError(
      "not_published",
      `Nothing is published under ${name}: its first deployment did not come to its end`,
      `dsl update-stack ${name} with its databases finishes it; dsl delete-stack ${name} removes what is there`,
    );
  }
  return { name, account, region, stacks, store, published };
}

/** Where visitors find the home page: at its own domain, if it has one; null while there is nothing to find. */
export function addressOf({ stacks, published }: DeployedSite): string | null {
  const address = siteAddress(stacks);
  if (address === null) return null;
  return siteUrl(address, buildSiteConfig(published.manifest).settings.base_url);
}

/** Where the home page is asked for by commands: at the API itself; null while there is no service stack that has one. */
export function urlOf({ stacks, published }: DeployedSite): string | null {
  const address = frontAddress(stacks);
  if (address === null) return null;
  return siteUrl(address, buildSiteConfig(published.manifest).settings.base_url);
}

/** Like `urlOf`, for commands that need it. Throws a DslError `no_service`. */
export function requireUrl(site: DeployedSite): string {
  const url = urlOf(site);
  if (url !== null) return url;
  throw new DslError(
    "no_service",
    `Site ${site.name} has data but no function and API: its service stack is missing`,
    `dsl update-stack ${site.name} with its databases makes it`,
  );
}

/** Where the function writes its log. Throws a DslError `no_service`. */
export function requireLogGroup(site: DeployedSite): string {
  requireUrl(site);
  return site.stacks.get("service")!.outputs.LogGroupName!;
}
