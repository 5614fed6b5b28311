/** Which services the local AWS has. To add one: write its `create…Service` and name it here. */

import { Certificates } from "./acm/certificates.ts";
import { createAcmService } from "./acm/service.ts";
import type { Admin } from "./admin.ts";
import type { Permits } from "./common/service.ts";
import { createComputeServices } from "./compute.ts";
import type { LocalContext } from "./context/context.ts";
import { Roles, roleAllows } from "./iam/roles.ts";
import { ACCESS_KEY_ID } from "./identity.ts";
import { createLogsService } from "./logs/service.ts";
import { createRoute53Service } from "./route53/service.ts";
import { Zones } from "./route53/zones.ts";
import { createS3Service } from "./s3/s3.ts";
import type { S3Store } from "./s3/store.ts";
import type { ServerParts } from "./server.ts";
import { createSsmService } from "./ssm/service.ts";
import { createStsService } from "./sts.ts";
import type { AccessKey } from "./verify-signature.ts";

/** `owner` is the access key of the account's owner. */
export function createServices(
  context: LocalContext,
  store: S3Store,
  owner: AccessKey,
): Pick<ServerParts, "services" | "keyOf"> & Pick<Admin, "dns"> {
  const roles = new Roles(context.home, context.accountId);
  const permits: Permits = (accessKeyId, action, resource, prefix) => {
    const role = roles.ofAccessKey(accessKeyId);
    return role === undefined || roleAllows(role, action, resource, prefix);
  };
  const zones = new Zones(context.home);
  const certificates = new Certificates(context.home, context.accountId, zones);
  return {
    dns: {
      set: ({ records, forbidden }) => {
        zones.setElsewhere(records);
        certificates.forbid(forbidden);
      },
    },
    services: [
      createS3Service(store, context.accountId, permits),
      createStsService(context.accountId),
      createSsmService(context, permits),
      createLogsService(context.logs, context.accountId),
      createRoute53Service(zones),
      createAcmService(certificates),
      ...createComputeServices(context, roles, permits, zones, certificates),
    ],
    keyOf: (accessKeyId) =>
      accessKeyId === ACCESS_KEY_ID ? owner : roles.ofAccessKey(accessKeyId)?.credentials,
  };
}
