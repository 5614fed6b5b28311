import type { SiteConfig } from "../../runtime/core/config/site-config.ts";
import { DslError } from "../../runtime/core/dsl-error.ts";
import { parseContracts } from "../../runtime/load/events/contract.ts";
import { type DataFileRules, readDataFileRules } from "../convert/rules-of-flags.ts";
import { nameDatabases } from "../database-names.ts";
import { replicasInBuckets } from "../litestream/replicas-in-buckets.ts";
import { aboutOf } from "../options/about-options.ts";
import { settingsOf } from "../options/content-options.ts";
import { type Kind, property } from "../options/option.ts";
import { serviceSettings } from "../options/service-options.ts";
import { UPDATE_OPTIONS, type UpdateFlags } from "../options/update-options.ts";
import { checkOverrides } from "../overrides/check-overrides.ts";
import { overridesOf } from "../overrides/override-options.ts";
import { readResourceSchemas } from "../overrides/resource-schema.ts";
import type { EdgeOptions, GivenOption, UpdateOptions } from "../plan/inputs.ts";
import { readSiteContent } from "../site-content.ts";
import { checkTags } from "../stacks/tags.ts";
import { readTemplates } from "../stacks/templates.ts";
import { readSavedStacks } from "./saved-stacks.ts";

/** `dsl update-stack` as it was typed; what is absent keeps its deployed or default value. */
export interface UpdateRequest {
  /** The name of the site, or of its preview. */
  site: string;
  /** The site that this is a preview of. */
  previewOf?: string | undefined;
  /** Paths. */
  databases: string[];
  flags: UpdateFlags;
  /** Where values come from that somebody said, by property. */
  sources: Record<string, string>;
}

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html */
const HTTP_API_TIMEOUT = 30;

/** What is asked for without having the effect that one would expect; one sentence each. */
export function optionNotes({ timeout }: UpdateFlags): string[] {
  if (timeout === undefined || timeout < HTTP_API_TIMEOUT) return [];
  return [
    `--timeout ${timeout} has no effect beyond ${HTTP_API_TIMEOUT - 1}: the HTTP API in front of the function gives up after ${HTTP_API_TIMEOUT} seconds`,
  ];
}

/** Reads and checks what the request names, as far as that needs neither databases nor AWS. */
export async function readUpdateOptions(
  request: UpdateRequest,
): Promise<{ options: UpdateOptions; config: SiteConfig; rules: DataFileRules }> {
  const { site: stackName, databases, flags, sources } = request;
  if (databases.length + flags.alias.length === 0) {
    throw new DslError(
      "no_databases",
      `No database was named for ${stackName}`,
      `dsl update-stack ${stackName} data.db`,
      { exitCode: 2 },
    );
  }
  const { cors = false, crossdb = false, defaultDeny = false } = flags;
  const { content, config } = await readSiteContent(
    flags.config ?? null,
    flags.metadata ?? null,
    settingsOf(flags),
    { cors, crossdb, defaultDeny },
    aboutOf(flags),
  );
  const overrides = await readOverrides(flags);
  const rules = await readDataFileRules(flags);
  const options: UpdateOptions = {
    overrides,
    given: givenOptions(flags, sources),
    stackName,
    storage: flags.storage,
    site: { ...content, loadRules: rules.written, keep: flags.keep },
    architecture: flags.arch,
    cacheMegabytes: flags.cacheMb,
    layerArn: flags.layerArn,
    follow: flags.follow,
    followInLambda: flags.followInLambda,
    replicas: replicasInBuckets(
      nameDatabases(databases, flags.alias),
      flags.followInLambda ?? false,
    ),
    inbox: flags.inbox,
    collect: collectOptions(flags),
    cloudFront: cloudFrontOptions(flags),
    domains: domainChoice(flags),
    previewOf: request.previewOf,
    saved: flags.from === undefined ? undefined : readSavedStacks(flags.from),
    service: serviceSettings(flags),
    viewers: viewersWanted(flags),
    tags: flags.tag && checkTags(flags.tag),
  };
  return { options, config, rules };
}

/** A file with a password says that one is wanted. */
function viewersWanted(flags: UpdateFlags): UpdateOptions["viewers"] {
  const { password = flags.passwordFile === undefined ? undefined : true } = flags;
  const { signIn, signInClientId, signInAllow, signInScope } = flags;
  return { password, signIn, signInClientId, signInAllow, signInScope };
}

/** Throws a usage DslError for what the templates cannot have. */
async function readOverrides(flags: UpdateFlags): Promise<UpdateOptions["overrides"]> {
  const wanted = overridesOf(flags);
  if (Object.keys(wanted).length === 0) return new Map();
  return checkOverrides(wanted, await readTemplates(), await readResourceSchemas());
}

/** Undefined when nothing was said. Throws a DslError. */
function collectOptions(flags: UpdateFlags): UpdateOptions["collect"] {
  const { collect, collectPublic, collectWindow, collectContract, collectRotate, lake } = flags;
  if (collect === false) return false;
  const given = [collect, collectPublic, collectWindow, collectContract, collectRotate, lake];
  if (given.every((value) => value === undefined)) return undefined;
  parseContracts(collectContract ?? []);
  return {
    ...(collect !== undefined && { database: collect }),
    ...(collectPublic !== undefined && { isPublic: collectPublic }),
    ...(collectWindow !== undefined && { windowSeconds: collectWindow }),
    ...(collectContract !== undefined && { contracts: collectContract }),
    ...(lake !== undefined && { lake }),
    ...(collectRotate !== undefined && { rotation: collectRotate }),
  };
}

/** Undefined when nothing was said. */
function cloudFrontOptions(flags: UpdateFlags): UpdateOptions["cloudFront"] {
  const { cloudfront, cloudfrontTtl, cloudfrontPriceClass, cloudfrontLogs } = flags;
  const { cloudfrontWebAcl, cloudfrontNewSecret } = flags;
  if (cloudfront === false) return false;
  const given: EdgeOptions = {
    ...(cloudfront && { isWanted: true }),
    ...(cloudfrontTtl !== undefined && { ttlSeconds: cloudfrontTtl }),
    ...(cloudfrontPriceClass !== undefined && {
      priceClass: `PriceClass_${cloudfrontPriceClass === "all" ? "All" : cloudfrontPriceClass}`,
    }),
    ...(cloudfrontLogs !== undefined && { hasLogs: cloudfrontLogs }),
    ...(cloudfrontWebAcl !== undefined && { webAcl: cloudfrontWebAcl }),
    ...(cloudfrontNewSecret && { newSecret: true }),
  };
  return Object.keys(given).length === 0 ? undefined : given;
}

function domainChoice({
  domain,
  redirect,
  hostedZone,
  certificate,
}: UpdateFlags): NonNullable<UpdateOptions["domains"]> {
  return {
    ...(domain !== undefined && { names: domain === false ? [] : domain }),
    ...(redirect !== undefined && { redirects: redirect === false ? [] : redirect }),
    ...(hostedZone !== undefined && { zones: hostedZone }),
    ...(certificate !== undefined && { certificate }),
  };
}

/** The options that somebody said something about, in words. */
function givenOptions(flags: object, sources: Record<string, string>): UpdateOptions["given"] {
  const values = flags as Record<string, unknown>;
  const given: Map<string, GivenOption> = new Map();
  for (const option of UPDATE_OPTIONS) {
    const from = sources[property(option)];
    if (from === undefined) continue;
    given.set(option.name, { value: inWords(option.kind, values[property(option)]), from });
  }
  const file = given.get("password-file");
  if (file !== undefined && !given.has("password")) {
    given.set("password", { value: "on", from: file.from });
  }
  return given;
}

/** Of what stands in dsl.yaml instead of a file, only the keys; of AWS's variables, nothing. */
function inWords(kind: Kind, value: unknown): string {
  if (value === undefined) return "as it says";
  if (typeof value === "boolean") return value ? "on" : "off";
  if (typeof value !== "object" || value === null) return String(value);
  if (Array.isArray(value)) return value.join(", ");
  if (kind.type === "text" && kind.write !== undefined) return kind.write(value);
  if (kind.type !== "map") return Object.keys(value).join(", ");
  const entries = Object.entries(value).map(([name, each]) => `${name}${kind.divider}${each}`);
  return entries.join(", ");
}
