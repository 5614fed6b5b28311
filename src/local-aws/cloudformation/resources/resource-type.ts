/**
 * What a resource type is. To add a property, add it to the type's `properties` and use it in
 * `create` and `update`; to add a type, write its file and list it in `registry.ts`.
 */
import type { z } from "zod";
import type { Certificates } from "../../acm/certificates.ts";
import type { Distributions } from "../../cloudfront/distributions.ts";
import type { EdgeFunctions } from "../../cloudfront/functions.ts";
import type { Policies } from "../../cloudfront/policies.ts";
import type { Alarms } from "../../cloudwatch/alarms.ts";
import type { LocalContext } from "../../context/context.ts";
import type { Rules } from "../../events/rules.ts";
import type { Catalog } from "../../glue/catalog.ts";
import type { Apis } from "../../http-api/apis.ts";
import type { DomainNames } from "../../http-api/domain-names.ts";
import type { Identities } from "../../iam/identities.ts";
import type { Roles } from "../../iam/roles.ts";
import type { EventSources } from "../../lambda/event-sources.ts";
import type { Functions } from "../../lambda/functions.ts";
import type { Layers } from "../../lambda/layers.ts";
import type { Zones } from "../../route53/zones.ts";
import type { Secrets } from "../../secrets-manager/secrets.ts";
import type { Topics } from "../../sns/topics.ts";
import type { Queues } from "../../sqs/queues.ts";

/** What resources are made of. */
export interface Services {
  context: LocalContext;
  roles: Roles;
  identities: Identities;
  layers: Layers;
  functions: Functions;
  apis: Apis;
  queues: Queues;
  rules: Rules;
  eventSources: EventSources;
  alarms: Alarms;
  topics: Topics;
  catalog: Catalog;
  zones: Zones;
  certificates: Certificates;
  domainNames: DomainNames;
  distributions: Distributions;
  policies: Policies;
  edgeFunctions: EdgeFunctions;
  secrets: Secrets;
}

export interface ResourceRequest<P> {
  stackName: string;
  logicalId: string;
  region: string;
  properties: P;
  /** Own tags, the stack's, and `aws:cloudformation:…`; empty for a type without tags. */
  tags: Record<string, string>;
  /**
   * Says which attempt this is. A creation that is repeated with the same token, because the server
   * was killed in the middle of it, gives the same resource.
   */
  token: string;
}

/** A resource as it exists: what Ref and Fn::GetAtt give. */
export interface Physical {
  id: string;
  attributes: Record<string, string>;
}

export interface Existing<P> {
  id: string;
  region: string;
  properties: P;
}

/** Functions throw AwsFault when the service behind the type refuses. */
export interface ResourceType<S extends z.ZodObject = z.ZodObject> {
  name: string;
  /** Name of the service in error messages. */
  service: string;
  properties: S;
  /** Properties whose change needs a new resource. */
  replacing: (keyof z.output<S> & string)[];
  /** What Fn::GetAtt can ask for. */
  attributes: string[];
  /** How the type's `Tags` property is written; absent for types that cannot be tagged. */
  tags?: "list" | "map";
  /** What the caller has to acknowledge to make this resource. */
  capability?(properties: z.output<S>): "CAPABILITY_IAM" | "CAPABILITY_NAMED_IAM";
  create(request: ResourceRequest<z.output<S>>, services: Services): Promise<Physical>;
  update(
    request: ResourceRequest<z.output<S>>,
    existing: Existing<z.output<S>>,
    services: Services,
  ): Promise<Physical>;
  /** A resource that is already gone is no error. */
  delete(existing: Existing<z.output<S>>, services: Services): Promise<void>;
}

/** Gives `create` and `update` the types of the properties that are declared beside them. */
export function defineResource<S extends z.ZodObject>(type: ResourceType<S>): ResourceType {
  return type as unknown as ResourceType;
}

/** The name that CloudFormation gives a resource without one: stack, logical id and something random. */
export function generatedName(request: ResourceRequest<unknown>, maximum: number): string {
  const suffix = request.token.slice(0, 12);
  const room = maximum - suffix.length - 2;
  const logicalId = request.logicalId.slice(0, Math.floor(room / 2));
  const stackName = request.stackName.slice(0, room - logicalId.length);
  return `${stackName}-${logicalId}-${suffix}`;
}
