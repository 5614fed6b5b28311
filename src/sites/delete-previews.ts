/** `dsl delete-stack --previews-older-than 7d`: what is left of branches that nobody works on any more. */
import { formatAge, formatCount } from "../../runtime/core/quantities.ts";
import type { AwsClients } from "../aws/clients.ts";
import { removeSite } from "../deploy/delete-site.ts";
import { PREVIEW_TAG } from "../stacks/preview.ts";
import type { Reporter } from "../terminal/reporter.ts";
import { findSites, lastChange } from "./list.ts";

export interface PreviewsRequest {
  /** Previews of this site; null: of all sites of the account and region. */
  site: string | null;
  /** Milliseconds since they were deployed the last time. */
  olderThan: number;
  roleArn: string | null;
  yes: boolean;
}

/** Only what says by its tag that it is a preview is deleted, never a site, whatever its name. */
export async function deletePreviews(
  clients: AwsClients,
  { site, olderThan, roleArn, yes }: PreviewsRequest,
  reporter: Reporter,
): Promise<void> {
  const now = Date.now();
  const previews = (await findSites(clients)).filter((each) => {
    const of = [...each.stacks.values()].map(({ tags }) => tags[PREVIEW_TAG]);
    const isPreview = of.every((name) => name !== undefined && (site === null || name === site));
    return isPreview && now - lastChange(each) > olderThan;
  });
  if (previews.length > 0 && !yes) {
    const names = previews.map((each) => `${each.name} (${formatAge(now - lastChange(each))})`);
    await reporter.confirm(
      `Delete ${formatCount(previews.length, "preview")}: ${names.join(", ")}?`,
      "the same command again, answering yes, or with --yes",
    );
  }
  const deleted: string[] = [];
  for (const { name } of previews) {
    await removeSite({ stackName: name, roleArn, yes: true }, clients, reporter);
    deleted.push(name);
  }
  const whose = site === null ? "" : ` of ${site}`;
  reporter.result(
    deleted.length === 0
      ? [`There are no previews${whose} older than ${formatAge(olderThan)}.`]
      : deleted.map((name) => `Deleted ${name}.`),
    { previews_deleted: deleted },
  );
}
