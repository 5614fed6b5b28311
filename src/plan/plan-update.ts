import { buildSiteConfig } from "../../runtime/core/config/site-config.ts";
import { DslError } from "../../runtime/core/dsl-error.ts";
import type { SiteContent } from "../../runtime/publisher/facts.ts";
import { lossNote, planPublish } from "../../runtime/publisher/publish/plan-publish.ts";
import {
  mergeOverrides,
  type Overrides,
  overrideNotes,
  overridesIn,
  withOverrides,
} from "../overrides/apply-overrides.ts";
import type { StaticFile } from "../package/function-zip.ts";
import { isProtected } from "../stacks/protected-site.ts";
import type { Role } from "../stacks/roles.ts";
import { chooseArchitecture, chooseLayer } from "./architecture.ts";
import {
  checkEventDatabase,
  collectionOf,
  collectNotes,
  collectParameters,
  collectSettings,
} from "./collect-parameters.ts";
import { domainActions } from "./domain-actions.ts";
import { edgeParameters, namedNow } from "./edge-parameters.ts";
import { firstVisit } from "./first-visit.ts";
import { checkFollowedSizes, followParameters, followSettings } from "./follow-parameters.ts";
import { closing, frontNotes, planFront } from "./front.ts";
import { inboxParameters } from "./inbox-parameters.ts";
import type { DeployedState, Facts, StorageMode, UpdateOptions } from "./inputs.ts";
import { optionOrigins } from "./option-origins.ts";
import { lostPackagesNote, packageUploads } from "./package-uploads.ts";
import type { KeptStackAction, Parameters, Plan, StackAction } from "./plan.ts";
import { privateNotes } from "./private-notes.ts";
import { declaredOnly, serviceNow } from "./saved-parameters.ts";
import { serviceParameters } from "./service-parameters.ts";
import { mountChanges, siteChanges } from "./site-changes.ts";
import { recoveryAction, removal, stackAction, surviving } from "./stack-action.ts";
import { chooseStorage } from "./storage-mode.ts";
import { isPublic, viewersOf, viewersWith } from "./viewers.ts";

/**
 * Decides what `update-stack` has to do. `now` becomes the time of the new version. Throws a DslError
 * for what cannot be deployed: databases that are too large, a CPU without a layer.
 */
export function planUpdate(
  options: UpdateOptions,
  facts: Facts,
  deployed: DeployedState,
  now: Date,
): Plan {
  const { tags } = options;
  // What will be deleted is planned as if it were not there.
  const bucketStack = surviving(deployed, "bucket");
  const published = bucketStack === null ? null : deployed.published;
  const current = serviceNow(options, deployed);
  const architecture = chooseArchitecture(options, deployed, facts.package.machine);
  const layer = chooseLayer(options, facts, architecture);
  const hasInbox = options.inbox ?? surviving(deployed, "inbox") !== null;
  const collecting = surviving(deployed, "collect")?.parameters ?? null;
  const collect = collectSettings(options, collecting);
  const collection = collectionOf(collect);
  if (collection !== undefined) {
    const isNew = collecting?.Database !== collection.database;
    checkEventDatabase(collection, isNew, facts.databases, published?.manifest.databases ?? []);
  }
  const follow = followSettings(
    options,
    surviving(deployed, "follow")?.parameters ?? null,
    deployed.region,
  );
  if (follow !== null) checkFollowedSizes(follow, facts);
  const { storage, note } = chooseStorage(
    options.storage,
    storageMode(current.Storage),
    facts,
    layer?.size ?? 0,
    {
      kept: (published?.manifest.databases ?? []).filter(({ origin }) => origin !== "typed"),
      hasInbox,
      hasCollector: collect !== null,
      hasFollower: (options.follow ?? false) || follow !== null,
    },
  );
  const viewersNow = viewersOf(isProtected(current), deployed.access);
  const viewers = viewersWith(options.stackName, viewersNow, options.viewers);
  const isPrivate = !isPublic(viewers);
  const front = planFront(options, facts, deployed, current, now);
  const edgeNow = surviving(deployed, "edge");
  const distribution =
    front.edge === null ? "none" : (edgeNow?.outputs.DistributionDomainName ?? null);
  const domains = domainActions(options, facts, deployed, current, distribution);
  const publish = planPublish(
    withDoor({ ...options.site, collection }, isPrivate),
    facts.databases,
    facts.package.software,
    published,
    now,
    facts.loads,
    facts.publisher,
  );
  const parameters = serviceParameters(options, current, {
    bucketName: bucketStack?.outputs.BucketName ?? null,
    codeKey: facts.package.codeKey(storage === "embed" ? publish.bytes : null),
    layerKey: layer?.key ?? "",
    architecture,
    storage,
    staticMounts: mountsOf(facts.staticFiles),
    door: front.door,
    isProtected: isPrivate,
    domains: domains.service,
  });
  const stored = bucketStack === null ? new Map() : deployed.packages;
  const uploads = packageUploads(parameters, current, stored, now);
  const wanted: [Role, Parameters][] = [
    ["bucket", {}],
    ["service", parameters],
  ];
  if (hasInbox) wanted.push(["inbox", inboxParameters(parameters)]);
  const apiId = surviving(deployed, "service")?.outputs.ApiId ?? null;
  if (collect !== null) wanted.push(["collect", collectParameters(parameters, collect, apiId)]);
  if (front.edge !== null && front.secret !== null) {
    const site = options.stackName;
    const decided = { site, apiId, secretVersion: front.secret.hash, isPrivate };
    const named = domains.edge ?? namedNow(edgeNow?.parameters);
    const logBucketStays = edgeNow?.parameters.LogBucketStays === "true";
    const given = { ...decided, ...named, logBucketStays };
    wanted.push(["edge", edgeParameters(parameters, front.edge, given)]);
  }
  if (follow !== null) wanted.push(["follow", followParameters(parameters, follow)]);
  if (domains.stack !== null) wanted.push(["domain", domains.stack.parameters]);
  requireStacks(options.overrides, wanted);
  const set = new Map(wanted.map(([role]) => [role, overridesFor(role, options, deployed)]));
  const actionFor = ([role, parameters]: [Role, Parameters]): KeptStackAction => {
    const identity = { site: options.stackName, role };
    const saved = options.saved?.get(role);
    const ours = role === "domain" ? domains.stack?.template : facts.package.templates[role];
    const text = saved?.template ?? ours ?? "";
    const template = withOverrides(text, set.get(role) ?? {});
    return stackAction(
      {
        identity,
        parameters: declaredOnly(parameters, saved),
        tags,
        template,
        previewOf: options.previewOf,
      },
      deployed,
    );
  };
  const stacks: StackAction[] = wanted.map(actionFor);
  const losesInbox = options.inbox === false && deployed.stacks.has("inbox");
  if (losesInbox) stacks.push(removal({ site: options.stackName, role: "inbox" }));
  const losesFollower = options.followInLambda === false && deployed.stacks.has("follow");
  if (losesFollower) stacks.push(removal({ site: options.stackName, role: "follow" }));
  const losesCollector = options.collect === false && deployed.stacks.has("collect");
  if (losesCollector) {
    const identity = { site: options.stackName, role: "collect" as const };
    const closed = closedParameters(options, collecting, parameters, deployed);
    stacks.push(removal(identity, closed === null ? undefined : actionFor(["collect", closed])));
  }
  // Domains lead there as long as the API has no certificate for them.
  const losesEdge =
    options.cloudFront === false && deployed.stacks.has("edge") && !domains.needsDistribution;
  if (losesEdge) stacks.push(removal({ site: options.stackName, role: "edge" }));
  if (domains.stack === null && deployed.stacks.has("domain")) {
    stacks.push(removal({ site: options.stackName, role: "domain" }));
  }
  return {
    stackName: options.stackName,
    account: deployed.account,
    region: deployed.region,
    storage,
    viewers: {
      before: surviving(deployed, "service") === null ? null : viewersNow,
      after: viewers,
    },
    options: optionOrigins(options.given, current, parameters),
    firstVisit: firstVisit(storage, facts.databases),
    notes: [
      ...[note, lossNote(published), lostPackagesNote(uploads)].filter((text) => text !== null),
      ...collectNotes(collect, surviving(deployed, "collect")?.parameters ?? null),
      ...[...set].flatMap(([role, overrides]) => overrideNotes(role, overrides)),
      ...frontNotes(front, isPrivate),
      ...(losesEdge ? [EDGE_NOTE] : []),
      ...(losesInbox ? [INBOX_NOTE] : []),
      ...(losesCollector ? [COLLECTOR_NOTE] : []),
      ...(losesFollower ? [FOLLOWER_NOTE] : []),
      ...privateNotes(buildSiteConfig(options.site), facts.databases, isPrivate),
    ],
    recovery: stacks.flatMap((stack) => recoveryAction(stack, deployed)),
    publish,
    siteChanges: [
      ...siteChanges(published?.manifest ?? null, publish.manifest),
      ...mountChanges(current.StaticMounts ?? "", parameters.StaticMounts ?? ""),
    ],
    uploads,
    stacks,
    closing: !front.closesLater
      ? []
      : wanted
          .filter(([role]) => role === "service" || role === "collect")
          .map(([role, given]) => closing(actionFor([role, { ...given, EdgeOnly: "true" }]))),
    secret: front.secret,
    certificate: domains.next,
    lostMessages: losesCollector ? (facts.failedMessages ?? 0) : 0,
  };
}

/** The version says itself that somebody is asked who comes, so that this and the data change together. */
function withDoor(site: SiteContent, isPrivate: boolean): SiteContent {
  const { password: _password, ...flags } = site.flags;
  return { ...site, flags: isPrivate ? { ...flags, password: true } : flags };
}

const INBOX_NOTE =
  "The inbox will be taken away: what came through it stays on the site, files in inbox/ stay in the bucket and are loaded no more";
const EDGE_NOTE =
  "CloudFront will be taken away: its address goes nowhere any more, and the API answers visitors itself";
const COLLECTOR_NOTE =
  "Events will be taken no more: those that wait are loaded first, and all that came stay on the site; tokens stay until dsl token revoke";

const FOLLOWER_NOTE =
  "The function that follows Litestream replicas will be taken away: what it has published stays, and their bucket goes on sending events to EventBridge";

/** Those of a collector that takes nothing more; null for one that is broken, which takes nothing anyway. */
function closedParameters(
  options: UpdateOptions,
  collecting: Record<string, string> | null,
  service: Parameters,
  deployed: DeployedState,
): Parameters | null {
  const settings = collectSettings({ ...options, collect: {} }, collecting);
  if (collecting === null || settings === null) return null;
  const apiId = surviving(deployed, "service")?.outputs.ApiId ?? null;
  return collectParameters(service, { ...settings, Open: "false" }, apiId);
}

/** What is set in a stack's template: as it is deployed, with what was asked for. */
function overridesFor(role: Role, options: UpdateOptions, deployed: DeployedState): Overrides {
  const before = overridesIn(surviving(deployed, role)?.template ?? "");
  return mergeOverrides(before, options.overrides.get(role) ?? {});
}

/** Throws a DslError for a property of a stack that the site has not. */
function requireStacks(overrides: UpdateOptions["overrides"], wanted: [Role, Parameters][]): void {
  const missing = [...overrides.keys()].find((role) => !wanted.some(([other]) => other === role));
  if (missing === undefined) return;
  const [path = ""] = Object.keys(overrides.get(missing) ?? {});
  throw new DslError(
    "invalid_set",
    `${path} cannot be set: the site has no ${missing} stack`,
    `--${missing === "edge" ? "cloudfront" : missing}, which adds it`,
    { exitCode: 2 },
  );
}

/** The mounts that have files, joined by commas, which no mount has in it. */
function mountsOf(files: readonly StaticFile[]): string {
  return [...new Set(files.map(({ mount }) => mount))].sort().join(",");
}

function storageMode(deployed: string | undefined): StorageMode | null {
  return deployed === "embed" || deployed === "s3" ? deployed : null;
}
