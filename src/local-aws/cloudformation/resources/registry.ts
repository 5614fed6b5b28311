/** The resource types that templates can use. */
import { alarm } from "./alarm.ts";
import { api } from "./api.ts";
import { apiMapping } from "./api-mapping.ts";
import { bucket } from "./bucket.ts";
import { bucketPolicy } from "./bucket-policy.ts";
import { cloudFrontFunction } from "./cloudfront-function.ts";
import { cachePolicy, originRequestPolicy, responseHeadersPolicy } from "./cloudfront-policies.ts";
import { dashboard } from "./dashboard.ts";
import { distribution } from "./distribution.ts";
import { domainName } from "./domain-name.ts";
import { eventSourceMapping } from "./event-source-mapping.ts";
import { lambdaFunction } from "./function.ts";
import { glueDatabase } from "./glue-database.ts";
import { integration } from "./integration.ts";
import { layerVersion } from "./layer-version.ts";
import { logGroup } from "./log-group.ts";
import { managedPolicy } from "./managed-policy.ts";
import { oidcProvider } from "./oidc-provider.ts";
import { permission } from "./permission.ts";
import { queue } from "./queue.ts";
import { queuePolicy } from "./queue-policy.ts";
import { recordSet } from "./record-set.ts";
import type { ResourceType } from "./resource-type.ts";
import { role } from "./role.ts";
import { route } from "./route.ts";
import { rule } from "./rule.ts";
import { stage } from "./stage.ts";
import { subscription } from "./subscription.ts";
import { topic } from "./topic.ts";

export const resourceTypes: ResourceType[] = [
  bucket,
  bucketPolicy,
  role,
  logGroup,
  layerVersion,
  lambdaFunction,
  permission,
  api,
  integration,
  route,
  stage,
  queue,
  queuePolicy,
  rule,
  eventSourceMapping,
  managedPolicy,
  oidcProvider,
  topic,
  subscription,
  alarm,
  dashboard,
  glueDatabase,
  domainName,
  apiMapping,
  recordSet,
  cachePolicy,
  originRequestPolicy,
  responseHeadersPolicy,
  cloudFrontFunction,
  distribution,
];

export function findResourceType(name: string): ResourceType | undefined {
  return resourceTypes.find((type) => type.name === name);
}

/** The type of a resource in a template that has been checked. */
export function resourceType(name: string): ResourceType {
  const type = findResourceType(name);
  if (type === undefined) throw new Error(`unknown resource type ${name}`);
  return type;
}
