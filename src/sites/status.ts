/** `dsl status NAME`: is it up, what does it serve, how is it set up, what went wrong lately. */
import { DslError } from "../../runtime/core/dsl-error.ts";
import type { Manifest } from "../../runtime/core/format/manifest.ts";
import {
  formatAge,
  formatBytes,
  formatCount,
  formatDuration,
} from "../../runtime/core/quantities.ts";
import type { AwsClients } from "../aws/clients.ts";
import { sessionFor } from "../deploy/access-step.ts";
import { lastErrorLines } from "../deploy/function-log.ts";
import { readAccess } from "../deploy/site-access.ts";
import { askForCurrent, type Verdict } from "../deploy/verify.ts";
import { describeParameter } from "../plan/describe-parameter.ts";
import { describeViewers, type Viewers, viewersOf } from "../plan/viewers.ts";
import { isProtected } from "../stacks/protected-site.ts";
import type { Reporter } from "../terminal/reporter.ts";
import { type Alarm, alarmsOf } from "./alarms.ts";
import { costlySettings } from "./costly-settings.ts";
import { describeDomain, domainsIn } from "./domain-status.ts";
import { describeEvents, eventsStatus } from "./events-status.ts";
import { describeFollows, followStatus } from "./follow-status.ts";
import { describeLake, lakeStatus } from "./lake-status.ts";
import { addressOf, type DeployedSite, openSite, urlOf } from "./open-site.ts";

const ERROR_LINES = 3;
/** How far back errors are looked for. */
const ERRORS_SINCE_MS = 24 * 60 * 60 * 1000;
const LABEL_WIDTH = 10;

async function ask(clients: AwsClients, site: string, url: string, manifest: Manifest) {
  const session = await sessionFor(manifest, clients, site);
  return askForCurrent(url, manifest, clients.pollMilliseconds, session);
}

async function viewersNow(clients: AwsClients, { name, stacks }: DeployedSite): Promise<Viewers> {
  const isClosed = isProtected(stacks.get("service")?.parameters);
  return viewersOf(isClosed, isClosed ? await readAccess(clients, name) : null);
}

/**
 * Prints what there is to know. Throws a DslError (`site_not_well`, after the report) when the site
 * does not serve its current version, a stack is not in order or an alarm has gone off, so that scripts
 * can ask.
 */
export async function showStatus(
  clients: AwsClients,
  name: string,
  reporter: Reporter,
): Promise<void> {
  const site = await openSite(clients, name);
  const url = urlOf(site);
  const address = addressOf(site);
  const domains = domainsIn(site);
  const { manifest } = site.published;
  const [verdict, viewers, objects, errors, alarms, events, follows] = await Promise.all([
    url === null ? null : ask(clients, name, url, manifest),
    viewersNow(clients, site),
    site.store.list(""),
    lastErrors(clients, site),
    alarmsOf(clients, site),
    eventsStatus(clients, site),
    followStatus(clients, site),
  ]);
  const stored = objects.reduce((sum, { size }) => sum + size, 0);
  const lake = lakeStatus(site, objects);
  const problems = problemsOf(site, verdict, alarms);
  const parameters = site.stacks.get("service")?.parameters ?? {};
  const costly = costlySettings(parameters, stored);
  reporter.result(
    [
      address ?? `${name} has no function and API`,
      ...about("site", [`${name} in ${site.region}, account ${site.account}`]),
      ...about("domains", domains.map(describeDomain)),
      ...about("version", [`${manifest.version}, published ${ageOf(manifest)} ago`]),
      ...about("by", describePublisher(manifest)),
      ...about("answers", [describeVerdict(verdict)]),
      ...about("data", manifest.databases.map(describeDatabase)),
      ...about("events", describeEvents(events, name, new Date())),
      ...about("follows", describeFollows(follows)),
      ...about("lake", describeLake(lake)),
      ...about("bucket", [
        `${site.store.name}, ${formatBytes(stored)} in ${formatCount(objects.length, "object")}`,
      ]),
      ...about("options", [
        `who may see the site: ${describeViewers(viewers)}`,
        ...describeOptions(parameters, manifest),
      ]),
      ...about(
        "costs",
        costly.map(({ setting, price }) => `${setting}: ${price}`),
      ),
      ...about("alarms", describeAlarms(alarms)),
      ...about(
        "stacks",
        [...site.stacks.values()].map((stack) => `${stack.name} ${stack.status}`),
      ),
      ...about("errors", errors.length === 0 ? ["none in the last 24 hours"] : errors),
    ],
    {
      site: name,
      url: address,
      domains,
      account: site.account,
      region: site.region,
      version: manifest.version,
      published_at: manifest.publishedAt,
      published_by: manifest.publisher?.who ?? null,
      published_with: manifest.publisher?.what ?? null,
      software: manifest.software,
      databases: manifest.databases.map(({ name: database, size, sha256 }) => ({
        name: database,
        size,
        sha256,
      })),
      events,
      follows,
      lake,
      bucket: site.store.name,
      bytes_stored: stored,
      who_may_see_the_site: describeViewers(viewers),
      parameters,
      costly_settings: costly,
      alarms: Array.isArray(alarms) ? alarms : [],
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

/** Lines with what they are about before the first. */
function about(label: string, lines: string[]): string[] {
  return lines.map((line, at) => `  ${(at === 0 ? label : "").padEnd(LABEL_WIDTH)}${line}`);
}

function ageOf({ publishedAt }: Manifest): string {
  return formatAge(Date.now() - Date.parse(publishedAt));
}

function describePublisher({ publisher, software }: Manifest): string[] {
  if (publisher === null) return [`dsl ${software}`];
  const { who, what } = publisher;
  return [...(who === null ? [] : [who]), `dsl ${software}, ${what}`];
}

function describeDatabase({ name, size, inspection }: Manifest["databases"][number]): string {
  const tables = inspection.tables.filter(({ hidden }) => !hidden).length;
  return `${name}, ${formatBytes(size)}, ${formatCount(tables, "table")}`;
}

/** What was chosen for the function and the API, and what the site's own settings say. */
function describeOptions(parameters: Record<string, string>, { settings, flags }: Manifest) {
  const chosen = Object.entries(parameters).map(([name, value]) => describeParameter(name, value));
  const switches = [
    ...(flags.cors ? ["--cors"] : []),
    ...(flags.crossdb ? ["--crossdb"] : []),
    ...(flags.defaultDeny ? ["--default-deny"] : []),
  ];
  const own = Object.entries(settings).map(([name, value]) => `setting ${name}: ${value}`);
  return [...chosen.filter((line) => line !== null), ...switches, ...own];
}

function describeAlarms(alarms: Alarm[] | string | null): string[] {
  if (alarms === null) return ["none (dsl update-stack --alarm EMAIL)"];
  if (typeof alarms === "string") return [`not known: ${alarms}`];
  const off = alarms.filter(({ state }) => state === "ALARM");
  if (off.length === 0) return [`${formatCount(alarms.length, "alarm")}, all is well`];
  return off.map(({ name, description }) => `${name}: ${description}`);
}

function describeVerdict(verdict: Verdict | null): string {
  switch (verdict?.verdict) {
    case undefined:
      return "no: there is nothing to ask";
    case "serves":
      return `version ${verdict.version}, ${verdict.start} start, ${formatDuration(verdict.milliseconds)}`;
    case "unreachable":
      return `not reachable from here: ${verdict.problem}`;
    case "behind":
    case "wrong":
      return `no: it ${verdict.problem}`;
  }
}

/** One sentence each; a host that cannot be reached from here says nothing about the site. */
function problemsOf(
  { name, stacks }: DeployedSite,
  verdict: Verdict | null,
  alarms: Alarm[] | string | null,
): string[] {
  const unfinished = [...stacks.values()].filter(
    ({ status }) => !/^(CREATE|UPDATE|UPDATE_ROLLBACK|IMPORT)_COMPLETE$/.test(status),
  );
  const off = Array.isArray(alarms) ? alarms.filter(({ state }) => state === "ALARM") : [];
  return [
    ...(verdict === null ? [`${name} has no service stack`] : []),
    ...(verdict?.verdict === "wrong" || verdict?.verdict === "behind"
      ? [`${name} ${verdict.problem}`]
      : []),
    ...unfinished.map((stack) => `Stack ${stack.name} is in ${stack.status}`),
    ...off.map((alarm) => `Alarm ${alarm.name} has gone off: ${alarm.description}`),
  ];
}

async function lastErrors(clients: AwsClients, { stacks }: DeployedSite): Promise<string[]> {
  const logGroup = stacks.get("service")?.outputs.LogGroupName;
  if (logGroup === undefined) return [];
  return lastErrorLines(clients, logGroup, ERROR_LINES, ERRORS_SINCE_MS);
}
