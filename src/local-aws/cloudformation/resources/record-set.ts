import { z } from "zod";
import { AwsFault } from "../../common/service.ts";
import { dnsName, type RecordSet } from "../../route53/zones.ts";
import { flag, integer, oneOf, text } from "./properties.ts";
import { defineResource } from "./resource-type.ts";

const properties = z.strictObject({
  HostedZoneId: text,
  Name: text,
  Type: oneOf("A", "AAAA", "CNAME"),
  TTL: integer(0, 2_147_483_647).optional(),
  ResourceRecords: z.array(text).min(1).optional(),
  AliasTarget: z
    .strictObject({
      DNSName: text,
      HostedZoneId: text,
      EvaluateTargetHealth: flag.optional(),
    })
    .optional(),
});

type Properties = z.output<typeof properties>;

/** Ref gives the name. */
export const recordSet = defineResource({
  name: "AWS::Route53::RecordSet",
  service: "Route53",
  properties,
  replacing: ["HostedZoneId", "Name"],
  attributes: [],

  async create({ properties: given, token }, { zones }) {
    zones.createRecord(given.HostedZoneId, { ...recordOf(given), token });
    return { id: given.Name, attributes: {} };
  },

  async update({ properties: given, token }, { id, properties: before }, { zones }) {
    if (before.Type !== given.Type) zones.removeRecord(given.HostedZoneId, id, before.Type);
    zones.upsertRecord(given.HostedZoneId, { ...recordOf(given), token });
    return { id, attributes: {} };
  },

  async delete({ properties: { HostedZoneId, Name, Type } }, { zones }) {
    zones.removeRecord(HostedZoneId, Name, Type);
  },
});

/** Throws InvalidInput for what is neither an alias nor values with a time to live. */
function recordOf({ Name, Type, TTL, ResourceRecords, AliasTarget }: Properties): RecordSet {
  const isAlias = AliasTarget !== undefined;
  if (isAlias === (ResourceRecords !== undefined) || isAlias === (TTL !== undefined)) {
    throw new AwsFault(
      "InvalidInput",
      "Invalid request: Expected exactly one of [AliasTarget, all of [TTL, and ResourceRecords]]",
    );
  }
  return {
    name: dnsName(Name),
    type: Type,
    ttl: TTL ?? null,
    values: ResourceRecords ?? [],
    alias: isAlias
      ? { dnsName: AliasTarget.DNSName, hostedZoneId: AliasTarget.HostedZoneId }
      : null,
  };
}
