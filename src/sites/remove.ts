/**
 * `dsl remove NAME DATABASE…`: takes databases off a site, whoever published them; all others stay.
 */
import { DslError } from "../../runtime/core/dsl-error.ts";
import { removeDatabases } from "../../runtime/publisher/publish/publish-part.ts";
import type { AwsClients } from "../aws/clients.ts";
import { sessionFor } from "../deploy/access-step.ts";
import { callerArn } from "../deploy/caller.ts";
import { verifyStep } from "../deploy/verify-step.ts";
import type { Reporter } from "../terminal/reporter.ts";
import { VERSION } from "../version.ts";
import { openSite, requireLogGroup, requireUrl } from "./open-site.ts";

export interface RemoveRequest {
  site: string;
  databases: string[];
  /** Do not ask. */
  yes: boolean;
}

/**
 * Throws a DslError: no such site or database, or a site with embedded storage. Publishing by others
 * meanwhile is no hindrance.
 */
export async function removeFromSite(
  clients: AwsClients,
  { site: name, databases, yes }: RemoveRequest,
  reporter: Reporter,
): Promise<void> {
  const site = await openSite(clients, name);
  const url = requireUrl(site);
  const published = site.published.manifest.databases.map((database) => database.name);
  const missing = databases.find((database) => !published.includes(database));
  if (missing !== undefined) throw noSuchDatabase(missing, name, published);
  if (site.stacks.get("service")?.parameters.Storage === "embed") throw embedded(name);
  const names = databases.join(" and ");
  const { version } = site.published.manifest;
  if (!yes) {
    await reporter.confirm(
      `With this, ${names} ${databases.length === 1 ? "is" : "are"} removed from ${name}. Go on?`,
      `dsl rollback ${name} ${version} brings back what is removed`,
    );
  }
  reporter.ifInterrupted(`${names} may already be removed from ${name}.`, `dsl status ${name}`);
  const result = await removeDatabases(site.store, databases, VERSION, {
    who: await callerArn(clients),
    what: `remove ${databases.join(" ")}`,
  });
  const logGroup = requireLogGroup(site);
  const session = await sessionFor(site.published.manifest, clients, name);
  await verifyStep({ clients, reporter }, { url, logGroup, session }, result.version);
  reporter.result([`${names} removed: ${name} serves version ${result.version}.`, url], {
    site: name,
    removed: databases,
    version: result.version,
    url,
  });
}

function noSuchDatabase(missing: string, site: string, published: string[]): DslError {
  return new DslError(
    "no_such_database",
    `There is no database ${missing} on ${site}; it has: ${published.join(", ") || "none"}`,
    "name one of those",
  );
}

/** The data of an embedded site is in its function's package, not where the manifest points. */
function embedded(site: string): DslError {
  return new DslError(
    "embedded_site",
    `${site} has its databases in the function's package (storage embed), which only an update changes`,
    `dsl update-stack ${site} with the databases that shall stay`,
  );
}
