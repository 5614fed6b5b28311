import { ACCESS_OPTIONS } from "../options/access-options.ts";
import { property } from "../options/option.ts";
import type { UpdateFlags } from "../options/update-options.ts";
import type { Features } from "./resource-actions.ts";

/** What a site that is deployed with these options has in its stacks. Pure. */
export function featuresOf(flags: UpdateFlags): Features {
  const settings: Readonly<Record<string, unknown>> = { ...flags };
  const isGiven = (name: string) => ![undefined, "none", false].includes(settings[name] as never);
  return {
    inbox: flags.inbox ?? false,
    collect: isGiven("collect"),
    // Taking it away is a call, too.
    cloudFront: flags.cloudfront !== undefined,
    cloudFrontLogs: flags.cloudfrontLogs === true,
    follow: flags.followInLambda !== undefined,
    // Taking them away is a call, too.
    domain: flags.domain !== undefined,
    lake: flags.lake ?? false,
    // Taking it away is a call, too.
    access: ACCESS_OPTIONS.some((option) => settings[property(option)] !== undefined),
    alarm: isGiven("alarm"),
    dashboard: isGiven("dashboard"),
    // Taking a reservation back is a call, too.
    reservedConcurrency: settings.reservedConcurrency !== undefined,
    ownLayer: flags.layerArn === undefined,
    permissionsBoundary: settings.permissionsBoundary !== undefined,
    vpc: (flags.subnet ?? []).length > 0,
  };
}
