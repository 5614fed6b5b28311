import { z } from "zod";
import { arnOf, type DomainName, regionalNameOf } from "../../http-api/domain-names.ts";
import { oneOf, tagMap, text } from "./properties.ts";
import { defineResource, type Physical } from "./resource-type.ts";

const properties = z.strictObject({
  DomainName: text.pipe(z.string().regex(/^[a-z0-9.-]+$/)),
  DomainNameConfigurations: z
    .array(
      z.strictObject({
        CertificateArn: text,
        EndpointType: oneOf("REGIONAL"),
        SecurityPolicy: oneOf("TLS_1_2"),
      }),
    )
    .length(1),
  Tags: tagMap.optional(),
});

/** Ref gives the name. */
export const domainName = defineResource({
  name: "AWS::ApiGatewayV2::DomainName",
  service: "ApiGatewayV2",
  properties,
  replacing: ["DomainName"],
  attributes: ["RegionalDomainName", "RegionalHostedZoneId", "DomainNameArn"],
  tags: "map",

  async create({ region, properties: given, tags, token }, { domainNames }) {
    const [{ CertificateArn } = { CertificateArn: "" }] = given.DomainNameConfigurations;
    return physical(domainNames.create(region, given.DomainName, CertificateArn, tags, token));
  },

  async update({ properties: given, tags }, { id }, { domainNames }) {
    const [{ CertificateArn } = { CertificateArn: "" }] = given.DomainNameConfigurations;
    return physical(domainNames.update(id, CertificateArn, tags));
  },

  async delete({ id }, { domainNames }) {
    domainNames.delete(id);
  },
});

function physical(made: DomainName): Physical {
  const { name, zoneId } = regionalNameOf(made);
  const attributes = {
    RegionalDomainName: name,
    RegionalHostedZoneId: zoneId,
    DomainNameArn: arnOf(made),
  };
  return { id: made.name, attributes };
}
