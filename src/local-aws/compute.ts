/** What stacks are made of and what runs them: roles, layers, functions, HTTP APIs, queues, rules. */

import type { Certificates } from "./acm/certificates.ts";
import { createCloudFormationService } from "./cloudformation/service.ts";
import { Distributions } from "./cloudfront/distributions.ts";
import { EdgeFunctions } from "./cloudfront/functions.ts";
import { Locations } from "./cloudfront/locations.ts";
import { Policies } from "./cloudfront/policies.ts";
import { createCloudFrontService } from "./cloudfront/service.ts";
import { Alarms } from "./cloudwatch/alarms.ts";
import { createCloudWatchService } from "./cloudwatch/service.ts";
import type { LocalService, Permits } from "./common/service.ts";
import type { LocalContext } from "./context/context.ts";
import { Rules } from "./events/rules.ts";
import { Catalog } from "./glue/catalog.ts";
import { createGlueService } from "./glue/service.ts";
import { Apis } from "./http-api/apis.ts";
import { DomainNames } from "./http-api/domain-names.ts";
import { Gateway } from "./http-api/gateway.ts";
import { createHttpApiService } from "./http-api/service.ts";
import { Identities } from "./iam/identities.ts";
import type { Roles } from "./iam/roles.ts";
import { CodeStore } from "./lambda/code.ts";
import { EventSources } from "./lambda/event-sources.ts";
import { Functions } from "./lambda/functions.ts";
import { Invoker } from "./lambda/invoker.ts";
import { Layers } from "./lambda/layers.ts";
import { createLambdaService } from "./lambda/service.ts";
import type { Zones } from "./route53/zones.ts";
import { objectEvent } from "./s3/object-event.ts";
import { Secrets } from "./secrets-manager/secrets.ts";
import { createSecretsManagerService } from "./secrets-manager/service.ts";
import { Topics } from "./sns/topics.ts";
import { Queues } from "./sqs/queues.ts";
import { createSqsService } from "./sqs/service.ts";

/** CloudFormation, and the services whose resources it makes. */
export function createComputeServices(
  context: LocalContext,
  roles: Roles,
  permits: Permits,
  zones: Zones,
  certificates: Certificates,
): LocalService[] {
  const codes = new CodeStore(context.home);
  const layers = new Layers(context, codes);
  const functions = new Functions(context, roles, layers, codes);
  const invoker = new Invoker(context, functions, codes, roles);
  const apis = new Apis(context.home);
  const domainNames = new DomainNames(context.home, certificates, apis);
  const gateway = new Gateway(context, apis, domainNames, functions, invoker);
  const queues = new Queues(context.home, context.accountId);
  const identities = new Identities(context.home, context.accountId);
  const alarms = new Alarms(context.home, context.accountId);
  const catalog = new Catalog(context.home);
  const distributions = new Distributions(context.home, certificates);
  const policies = new Policies(context.home);
  const edgeFunctions = new EdgeFunctions(context.home, context.accountId);
  const locations = new Locations(distributions, apis, { policies, functions: edgeFunctions });
  const secrets = new Secrets(context.home, context.accountId);
  const topics = new Topics(context.home, context.accountId);
  const rules = new Rules(context.home, context.accountId, queues);
  const eventSources = new EventSources(context, { functions, invoker, queues, roles });
  context.objects.onChange((change) => {
    if (!context.buckets.sendsEvents(change.bucket)) return;
    const { region } = context.buckets.get(change.bucket);
    rules.deliver(objectEvent(change, region, context.accountId));
  });
  codes.keepOnly([...layers.usedCode(), ...functions.usedCode()]);
  return [
    createLambdaService({
      accountId: context.accountId,
      functions,
      layers,
      invoker,
      eventSources,
    }),
    createSqsService(context, queues, permits),
    createCloudWatchService(alarms, queues),
    createGlueService(context, catalog, permits),
    createHttpApiService(apis, gateway),
    createCloudFrontService(distributions, locations, context.accountId),
    createSecretsManagerService(secrets, context.accountId, permits),
    createCloudFormationService({
      context,
      roles,
      identities,
      layers,
      functions,
      apis,
      queues,
      rules,
      eventSources,
      alarms,
      topics,
      catalog,
      zones,
      certificates,
      domainNames,
      distributions,
      policies,
      edgeFunctions,
      secrets,
    }),
  ];
}
