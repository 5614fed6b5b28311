import { z } from "zod";
import { text } from "./properties.ts";
import { defineResource } from "./resource-type.ts";

/** The whole domain leads to one stage: no `ApiMappingKey`. */
const properties = z.strictObject({ ApiId: text, DomainName: text, Stage: text });

export const apiMapping = defineResource({
  name: "AWS::ApiGatewayV2::ApiMapping",
  service: "ApiGatewayV2",
  properties,
  replacing: ["DomainName"],
  attributes: ["ApiMappingId"],

  async create({ properties: { ApiId, DomainName, Stage }, token }, { domainNames }) {
    const id = token.slice(0, 6);
    domainNames.map(DomainName, ApiId, Stage, id);
    return { id, attributes: { ApiMappingId: id } };
  },

  async update({ properties: { ApiId, DomainName, Stage } }, { id }, { domainNames }) {
    domainNames.map(DomainName, ApiId, Stage, id);
    return { id, attributes: { ApiMappingId: id } };
  },

  async delete({ properties: { DomainName } }, { domainNames }) {
    domainNames.unmap(DomainName);
  },
});
