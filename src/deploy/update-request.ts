import type { SiteConfig } from "../../runtime/core/config/site-config.ts";
import { DslError } from "../../runtime/core/dsl-error.ts";
import type { StaticMount } from "../../runtime/core/format/mounts.ts";
import type { SiteContent } from "../../runtime/publisher/facts.ts";
import type { ServiceSettings, StorageMode, UpdateOptions } from "../plan/inputs.ts";
import { readSiteContent } from "../site-content.ts";
import { parseTags } from "../stacks/tags.ts";
import type { TargetFlags } from "./target.ts";

/** `dsl update-stack` as it was typed; what is undefined keeps its deployed or default value. */
export interface UpdateRequest extends ServiceSettings {
  stackName: string;
  /** Paths. */
  databases: string[];
  /** `name=path` */
  aliases: string[];
  storage: "auto" | StorageMode;
  configFile: string | null;
  metadataFile: string | null;
  settings: SiteContent["settings"];
  flags: SiteContent["flags"];
  mounts: StaticMount[];
  /** Load what is dropped into the bucket; undefined: as it is deployed. */
  inbox?: boolean;
  /** Publish deleted rows that are still in the files. */
  keepFreeSpace: boolean;
  /** `key=value` */
  tags?: string[];
  roleArn: string | null;
  /** Do not ask. */
  yes: boolean;
  dryRun: boolean;
  /** End only when nobody can get the version before any more. */
  waitAll: boolean;
  aws: TargetFlags;
}

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html */
const HTTP_API_TIMEOUT = 30;

/** What is asked for without having the effect that one would expect; one sentence each. */
export function optionNotes({ timeout }: UpdateRequest): string[] {
  if (timeout === undefined || timeout < HTTP_API_TIMEOUT) return [];
  return [
    `--timeout ${timeout} has no effect beyond ${HTTP_API_TIMEOUT - 1}: the HTTP API in front of the function gives up after ${HTTP_API_TIMEOUT} seconds`,
  ];
}

/** Reads and checks what the request names, as far as that needs neither databases nor AWS. */
export async function readUpdateOptions(
  request: UpdateRequest,
): Promise<{ options: UpdateOptions; config: SiteConfig }> {
  const { stackName, storage, configFile, metadataFile, settings, flags } = request;
  if (request.databases.length + request.aliases.length === 0) {
    throw new DslError(
      "no_databases",
      `No database was named for ${stackName}`,
      `dsl update-stack ${stackName} data.db`,
      { exitCode: 2 },
    );
  }
  const { content, config } = await readSiteContent(configFile, metadataFile, settings, flags);
  const options = {
    stackName,
    storage,
    site: content,
    architecture: request.architecture,
    memorySize: request.memorySize,
    timeout: request.timeout,
    refreshSeconds: request.refreshSeconds,
    cacheMegabytes: request.cacheMegabytes,
    logRetentionDays: request.logRetentionDays,
    rate: request.rate,
    burst: request.burst,
    reservedConcurrency: request.reservedConcurrency,
    layerArn: request.layerArn,
    inbox: request.inbox,
    tags: request.tags && parseTags(request.tags),
  };
  return { options, config };
}
