import { ephemeralStorage } from "./ephemeral-storage.ts";
import type { Architecture, StorageMode, UpdateOptions } from "./inputs.ts";
import type { Parameters } from "./plan.ts";

/**
 * Megabytes. Lambda gives CPU with memory, and 1,769 MB is one full vCPU
 * (https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html). Queries are bound by CPU:
 * with less they take longer in proportion and cost the same.
 */
const DEFAULT_MEMORY = 1769;
/** Seconds. An HTTP API gives up after 30: the function should be the one to say so. */
const DEFAULT_TIMEOUT = 29;
/** Seconds. One conditional GET per 5 s and environment: $0.21 a month for one that never rests. */
const DEFAULT_REFRESH = 5;
const DEFAULT_LOG_DAYS = 30;
/**
 * Requests a second: some 4 million a day, far beyond what a site of this kind gets, and an upper
 * bound for what a bad day costs (docs/aws.md). A page and what belongs to it fit into the burst.
 */
const DEFAULT_RATE = 50;
const DEFAULT_BURST = 100;

/**
 * All parameters of templates/service.yaml. Settings that were not asked for stay as they are in
 * `current`, the deployed parameters; the layer does not, because it belongs to the code.
 */
export function serviceParameters(
  options: UpdateOptions,
  current: Record<string, string>,
  decided: {
    bucketName: string | null;
    codeKey: string;
    layerKey: string;
    architecture: Architecture;
    storage: StorageMode;
    staticMounts: string;
  },
): Parameters {
  const tmp = Number(current.EphemeralStorage) || null;
  const setting = (wanted: number | string | undefined, name: string, otherwise: number | string) =>
    String(wanted ?? current[name] ?? otherwise);
  return {
    BucketName: decided.bucketName,
    CodeKey: decided.codeKey,
    LayerKey: decided.layerKey,
    LayerArn: options.layerArn ?? "",
    StaticMounts: decided.staticMounts,
    Architecture: decided.architecture,
    Storage: decided.storage,
    MemorySize: setting(options.memorySize, "MemorySize", DEFAULT_MEMORY),
    Timeout: setting(options.timeout, "Timeout", DEFAULT_TIMEOUT),
    EphemeralStorage: String(ephemeralStorage(decided.storage, options.cacheMegabytes, tmp)),
    RefreshSeconds: setting(options.refreshSeconds, "RefreshSeconds", DEFAULT_REFRESH),
    LogRetentionDays: setting(options.logRetentionDays, "LogRetentionDays", DEFAULT_LOG_DAYS),
    RateLimit: setting(options.rate, "RateLimit", DEFAULT_RATE),
    BurstLimit: setting(options.burst, "BurstLimit", DEFAULT_BURST),
    ReservedConcurrency: setting(options.reservedConcurrency, "ReservedConcurrency", "none"),
  };
}
