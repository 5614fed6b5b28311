/** What a site with domains of its own needs. Pure. */
import {
  API_ACTIONS,
  CERTIFICATE_ACTIONS,
  FIND_DOMAIN_ACTIONS,
  RECORD_ACTIONS,
} from "./resource-actions.ts";
import { allow, type PolicyScope, type Statement } from "./statement.ts";

/** What dsl does itself: certificates, and a look at zones and records. */
export function domainStatements(scope: PolicyScope): Statement[] {
  return [
    allow("Certificates", CERTIFICATE_ACTIONS, certificates(scope)),
    allow("FindDomains", FIND_DOMAIN_ACTIONS, ["*"]),
    allow("ReadRecords", ["route53:ListResourceRecordSets"], zones(scope)),
  ];
}

/** What is in the stack of the domains. */
export function domainStackStatements(scope: PolicyScope): Statement[] {
  return [
    allow("Domains", API_ACTIONS, domainNames(scope)),
    allow("Records", RECORD_ACTIONS, zones(scope)),
    apiGatewayRole(scope),
  ];
}

function domainNames({ partition, region }: PolicyScope): string[] {
  return ["/domainnames", "/domainnames/*"].map(
    (path) => `arn:${partition}:apigateway:${region}::${path}`,
  );
}

/** In the site's region, and where CloudFront wants them. */
function certificates({ partition, region, account }: PolicyScope): string[] {
  return [...new Set([region, "us-east-1"])].map(
    (place) => `arn:${partition}:acm:${place}:${account}:certificate/*`,
  );
}

/** Which zone it is only the domain says; changes have ids of their own. */
function zones({ partition }: PolicyScope): string[] {
  return ["hostedzone/*", "change/*"].map((path) => `arn:${partition}:route53:::${path}`);
}

/** API Gateway makes it with the account's first domain name, as whoever asks for that. */
function apiGatewayRole({ partition, account }: PolicyScope): Statement {
  const role = "aws-service-role/ops.apigateway.amazonaws.com/AWSServiceRoleForAPIGateway";
  const resource = `arn:${partition}:iam::${account}:role/${role}`;
  return allow("ApiGatewayRole", ["iam:CreateServiceLinkedRole"], [resource]);
}
