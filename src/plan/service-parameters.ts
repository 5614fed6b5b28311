import { ephemeralStorage } from "./ephemeral-storage.ts";
import type { Architecture, StorageMode, UpdateOptions } from "./inputs.ts";
import type { Parameters } from "./plan.ts";

/** What a new site gets where nothing else is asked for; `--help` shows it. */
export const DEFAULTS = {
  /**
   * Megabytes. Lambda gives CPU with memory, and 1,769 MB is one full vCPU
   * (https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html). Queries are bound by
   * CPU: with less they take longer in proportion and cost the same.
   */
  memory: 1769,
  /** Seconds. An HTTP API gives up after 30: the function should be the one to say so. */
  timeout: 29,
  /** Seconds. One conditional GET per 5 s and environment: $0.21 a month for one that never rests. */
  refresh: 5,
  logRetention: 30,
  /**
   * Requests a second: some 4 million a day, far beyond what a site of this kind gets, and an upper
   * bound for what a bad day costs (docs/aws.md). A page and what belongs to it fit into the burst.
   */
  rate: 50,
  burst: 100,
} as const;

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
    MemorySize: setting(options.memorySize, "MemorySize", DEFAULTS.memory),
    Timeout: setting(options.timeout, "Timeout", DEFAULTS.timeout),
    EphemeralStorage: String(ephemeralStorage(decided.storage, options.cacheMegabytes, tmp)),
    RefreshSeconds: setting(options.refreshSeconds, "RefreshSeconds", DEFAULTS.refresh),
    LogRetentionDays: setting(options.logRetentionDays, "LogRetentionDays", DEFAULTS.logRetention),
    RateLimit: setting(options.rate, "RateLimit", DEFAULTS.rate),
    BurstLimit: setting(options.burst, "BurstLimit", DEFAULTS.burst),
    ReservedConcurrency: setting(options.reservedConcurrency, "ReservedConcurrency", "none"),
  };
}
