/** `dsl status NAME`: is it up, what does it serve, how is it set up, what went wrong lately. */
import { DslError } from "../../runtime/core/dsl-error.ts";
import { formatBytes, formatCount, formatDuration } from "../../runtime/core/quantities.ts";
import type { AwsClients } from "../aws/clients.ts";
import { lastErrorLines } from "../deploy/function-log.ts";
import { askSite, type Verdict } from "../deploy/verify.ts";
import type { Reporter } from "../terminal/reporter.ts";
import { formatAge } from "./age.ts";
import { type DeployedSite, openSite, urlOf } from "./open-site.ts";

const ERROR_LINES = 3;

/**
 * Prints what there is to know. Throws a DslError (`site_not_well`, after the report) when the site
 * does not serve its current version or a stack is not in order, so that scripts can ask.
 */
export async function showStatus(
  clients: AwsClients,
  name: string,
  reporter: Reporter,
): Promise<void> {
  const site = await openSite(clients, name);
  const url = urlOf(site);
  const { manifest } = site.published;
  const [verdict, objects, errors] = await Promise.all([
    url === null ? null : askSite(url, manifest.version),
    site.store.list(""),
    lastErrors(clients, site),
  ]);
  const stored = objects.reduce((sum, { size }) => sum + size, 0);
  const problems = problemsOf(site, verdict);
  const age = formatAge(Date.now() - Date.parse(manifest.publishedAt));
  const parameters = site.stacks.get("service")?.parameters ?? {};
  reporter.result(
    [
      url ?? `${name} has no function and API`,
      `  site      ${name} in ${site.region}, account ${site.account}`,
      `  version   ${manifest.version}, published ${age} ago by dsl ${manifest.software}`,
      `  answers   ${describeVerdict(verdict)}`,
      ...manifest.databases.map(
        ({ name: database, size, inspection }, at) =>
          `${at === 0 ? "  data      " : "            "}${database}, ${formatBytes(size)}, ${formatCount(inspection.tables.filter(({ hidden }) => !hidden).length, "table")}`,
      ),
      `  bucket    ${site.store.name}, ${formatBytes(stored)} in ${formatCount(objects.length, "object")}`,
      `  function  ${parameters.MemorySize ?? "?"} MB memory, ${parameters.Timeout ?? "?"} s, ${parameters.Architecture ?? "?"}, storage ${parameters.Storage ?? "?"}`,
      ...[...site.stacks.values()].map((stack) => `  stack     ${stack.name} ${stack.status}`),
      ...errors.map((line) => `  log       ${line}`),
    ],
    {
      site: name,
      url,
      account: site.account,
      region: site.region,
      version: manifest.version,
      published_at: manifest.publishedAt,
      software: manifest.software,
      databases: manifest.databases.map(({ name: database, size, sha256 }) => ({
        name: database,
        size,
        sha256,
      })),
      bucket: site.store.name,
      bytes_stored: stored,
      parameters,
      stacks: [...site.stacks].map(([role, stack]) => ({
        role,
        name: stack.name,
        status: stack.status,
      })),
      errors,
      problems,
    },
  );
  const [problem] = problems;
  if (problem === undefined) return;
  throw new DslError(
    "site_not_well",
    problem,
    `dsl logs ${name} --errors shows the function's log`,
  );
}

function describeVerdict(verdict: Verdict | null): string {
  switch (verdict?.verdict) {
    case undefined:
      return "no: there is nothing to ask";
    case "serves":
      return `version ${verdict.version}, ${verdict.start} start, ${formatDuration(verdict.milliseconds)}`;
    case "unreachable":
      return `not reachable from here: ${verdict.problem}`;
    case "wrong":
      return `no: it ${verdict.problem}`;
  }
}

/** One sentence each; a host that cannot be reached from here says nothing about the site. */
function problemsOf({ name, stacks }: DeployedSite, verdict: Verdict | null): string[] {
  const unfinished = [...stacks.values()].filter(
    ({ status }) => !/^(CREATE|UPDATE|UPDATE_ROLLBACK|IMPORT)_COMPLETE$/.test(status),
  );
  return [
    ...(verdict === null ? [`${name} has no service stack`] : []),
    ...(verdict?.verdict === "wrong" ? [`${name} ${verdict.problem}`] : []),
    ...unfinished.map((stack) => `Stack ${stack.name} is in ${stack.status}`),
  ];
}

async function lastErrors(clients: AwsClients, { stacks }: DeployedSite): Promise<string[]> {
  const logGroup = stacks.get("service")?.outputs.LogGroupName;
  return logGroup === undefined ? [] : lastErrorLines(clients, logGroup, ERROR_LINES);
}
