import type { Parameters } from "./plan.ts";

/** All parameters of templates/inbox.yaml: the inbox runs the same package on the same layer as the service. */
export function inboxParameters(service: Parameters): Parameters {
  const { BucketName, CodeKey, LayerKey, LayerArn, Architecture, LogRetentionDays } = service;
  const { PermissionsBoundary } = service;
  return {
    BucketName,
    CodeKey,
    LayerKey,
    LayerArn,
    Architecture,
    LogRetentionDays,
    PermissionsBoundary,
  } as Parameters;
}
