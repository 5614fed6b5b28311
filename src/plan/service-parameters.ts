import { property } from "../options/option.ts";
import { SERVICE_OPTIONS } from "../options/service-options.ts";
import { ephemeralStorage } from "./ephemeral-storage.ts";
import type { Architecture, StorageMode, UpdateOptions } from "./inputs.ts";
import type { Parameters } from "./plan.ts";

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
    /** Who the API lets in. */
    door: Record<string, string>;
    /** Whether somebody is asked who comes. */
    isProtected: boolean;
    domains: Parameters;
  },
): Parameters {
  const tmp = Number(current.EphemeralStorage) || null;
  const settings = SERVICE_OPTIONS.map((option) => {
    const { parameter, default: initial } = option;
    const wanted = options.service[property(option)];
    return [parameter, String(wanted ?? current[parameter] ?? initial)] as const;
  });
  return {
    BucketName: decided.bucketName,
    CodeKey: decided.codeKey,
    LayerKey: decided.layerKey,
    LayerArn: options.layerArn ?? "",
    StaticMounts: decided.staticMounts,
    ...decided.door,
    Site: options.stackName,
    Password: String(decided.isProtected),
    Architecture: decided.architecture,
    Storage: decided.storage,
    EphemeralStorage: String(ephemeralStorage(decided.storage, options.cacheMegabytes, tmp)),
    ...decided.domains,
    ...Object.fromEntries(settings),
  };
}
