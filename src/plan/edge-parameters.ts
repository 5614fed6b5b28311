/** What becomes of CloudFront in front of the API. Pure. */
import { DslError } from "../../runtime/core/dsl-error.ts";
import type { UpdateOptions } from "./inputs.ts";
import type { Parameters } from "./plan.ts";

const INITIAL_TTL = "60";

/** What was asked for, else what is deployed. */
export interface EdgeSettings {
  PriceClass: string;
  Logs: string;
  WebAcl: string;
  /** Seconds that CloudFront keeps answers; a parameter of the service, which says so in its answers. */
  ttl: string;
}

/**
 * `current` are the deployed parameters, null for no CloudFront; `service` those of the service. Null for a site
 * without. Throws a DslError for options of a distribution that there is not.
 */
export function edgeSettings(
  { stackName, cloudFront }: UpdateOptions,
  current: Readonly<Record<string, string>> | null,
  service: Readonly<Record<string, string>>,
): EdgeSettings | null {
  if (cloudFront === false) return null;
  if (current === null && !cloudFront?.isWanted) {
    if (cloudFront === undefined) return null;
    throw new DslError(
      "no_cloudfront",
      `${stackName} has no CloudFront, so there is nothing to be said of how`,
      "add --cloudfront",
      { exitCode: 2 },
    );
  }
  const { ttlSeconds, priceClass, hasLogs, webAcl } = cloudFront ?? {};
  return {
    PriceClass: priceClass ?? current?.PriceClass ?? "PriceClass_All",
    Logs: String(hasLogs ?? current?.Logs === "true"),
    WebAcl: webAcl ?? current?.WebAcl ?? "none",
    ttl: String(
      ttlSeconds ?? (Number(service.EdgeSeconds) > 0 ? service.EdgeSeconds : INITIAL_TTL),
    ),
  };
}

/** The names that the distribution answers to besides its own. */
export interface Named {
  aliases: string[];
  /** In us-east-1; null without aliases. */
  certificateArn: string | null;
}

/** Those of a distribution that is deployed. */
export function namedNow(current: Readonly<Record<string, string>> | undefined): Named {
  const aliases = (current?.Aliases ?? "").split(",").filter((name) => name !== "");
  return { aliases, certificateArn: current?.CertificateArn || null };
}

/** All parameters of templates/edge.yaml. */
export function edgeParameters(
  service: Parameters,
  { ttl: _ttl, ...settings }: EdgeSettings,
  decided: {
    site: string;
    apiId: string | null;
    secretVersion: string;
    isPrivate: boolean;
    logBucketStays: boolean;
  } & Named,
): Parameters {
  return {
    ApiId: decided.apiId,
    Site: decided.site,
    SecretVersion: decided.secretVersion,
    Private: String(decided.isPrivate),
    Aliases: decided.aliases.join(","),
    CertificateArn: decided.certificateArn ?? "",
    LogBucketStays: String(settings.Logs === "true" || decided.logBucketStays),
    LogRetentionDays: service.LogRetentionDays ?? null,
    ...settings,
  };
}
