/** Which services the local AWS has. To add one: write its `create…Service` and name it here. */
import { createComputeServices } from "./compute.ts";
import type { LocalContext } from "./context.ts";
import { Roles, roleAllows } from "./iam/roles.ts";
import { createLogsService } from "./logs/service.ts";
import { createS3Service } from "./s3/s3.ts";
import type { S3Store } from "./s3/store.ts";
import type { LocalService, Permits } from "./service.ts";
import { createStsService } from "./sts.ts";

export function createServices(context: LocalContext, store: S3Store): LocalService[] {
  const roles = new Roles(context.home, context.accountId);
  const permits: Permits = (accessKeyId, action, resource) => {
    const role = roles.ofAccessKey(accessKeyId);
    return role === undefined || roleAllows(role, action, resource);
  };
  return [
    createS3Service(store, context.accountId, permits),
    createStsService(context.accountId),
    createLogsService(context),
    ...createComputeServices(context, roles, permits),
  ];
}
