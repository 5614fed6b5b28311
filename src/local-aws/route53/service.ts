/** Route 53: hosted zones and their records, as far as domains of sites need them. */
import { z } from "zod";
import {
  AwsFault,
  type LocalRequest,
  type LocalResponse,
  type LocalService,
} from "../common/service.ts";
import { parseXml, type XmlValue, xmlDocument } from "../common/xml.ts";
import { compareNames, dnsName, type HostedZone, type RecordSet, type Zones } from "./zones.ts";

const NAMESPACE = "https://route53.amazonaws.com/doc/2013-04-01/";
const LARGEST_PAGE = 100;

interface Operation {
  name: string;
  method: string;
  path: RegExp;
  handle(zones: Zones, request: LocalRequest, id: string): LocalResponse;
}

export function createRoute53Service(zones: Zones): LocalService {
  return {
    signingName: "route53",
    // Its errors look like those of the query protocol.
    protocol: "query",
    identify: (request) => {
      const { operation, id } = find(request);
      return {
        operation: operation.name,
        resource: id === "" ? "" : `arn:aws:route53:::hostedzone/${id}`,
      };
    },
    handle: async (request) => {
      const { operation, id } = find(request);
      return operation.handle(zones, request, id);
    },
  };
}

function find({ method, path }: LocalRequest): { operation: Operation; id: string } {
  for (const operation of OPERATIONS) {
    const match = operation.method === method ? operation.path.exec(path) : null;
    if (match !== null) return { operation, id: match[1] ?? "" };
  }
  throw new AwsFault("InvalidAction", `The local Route 53 does not implement ${method} ${path}.`);
}

const ZONE = "/2013-04-01/hostedzone/([A-Z0-9]+)";

/** https://docs.aws.amazon.com/Route53/latest/APIReference/API_Operations_Amazon_Route_53.html */
const OPERATIONS: Operation[] = [
  {
    name: "CreateHostedZone",
    method: "POST",
    path: /^\/2013-04-01\/hostedzone$/,
    handle: (zones, { body }) => {
      const input = parsed(zoneSchema, parseXml(body.toString(), "CreateHostedZoneRequest"));
      const { PrivateZone = "false", Comment = "" } = input.HostedZoneConfig ?? {};
      const isPrivate = input.VPC !== undefined || PrivateZone === "true";
      const zone = zones.create(input.Name, input.CallerReference, isPrivate, Comment);
      const content = {
        HostedZone: shown(zone),
        ChangeInfo: change(),
        DelegationSet: { NameServers: { NameServer: zone.records[0]!.values } },
      };
      return xml("CreateHostedZoneResponse", content, 201);
    },
  },
  {
    name: "DeleteHostedZone",
    method: "DELETE",
    path: new RegExp(`^${ZONE}$`),
    handle: (zones, _, id) => {
      zones.delete(id);
      return xml("DeleteHostedZoneResponse", { ChangeInfo: change() });
    },
  },
  {
    name: "GetHostedZone",
    method: "GET",
    path: new RegExp(`^${ZONE}$`),
    handle: (zones, _, id) => {
      const zone = zones.get(id);
      const { values } = zone.records.find(({ type }) => type === "NS")!;
      return xml("GetHostedZoneResponse", {
        HostedZone: shown(zone),
        DelegationSet: { NameServers: { NameServer: values } },
      });
    },
  },
  {
    name: "ListHostedZonesByName",
    method: "GET",
    path: /^\/2013-04-01\/hostedzonesbyname$/,
    handle: (zones, { query }) => {
      requireOnly(query, ["dnsname", "maxitems"]);
      const from = query.get("dnsname");
      const start = from === null ? null : dnsName(from);
      const found = zones
        .list()
        .filter(({ name }) => start === null || compareNames(name, start) >= 0);
      const size = pageSize(query);
      return xml("ListHostedZonesByNameResponse", {
        HostedZones: { HostedZone: found.slice(0, size).map(shown) },
        DNSName: from ?? undefined,
        IsTruncated: found.length > size,
        MaxItems: size,
      });
    },
  },
  {
    name: "ListResourceRecordSets",
    method: "GET",
    path: new RegExp(`^${ZONE}/rrset$`),
    handle: (zones, { query }, id) => {
      requireOnly(query, ["name", "type", "maxitems"]);
      const [name, type] = [query.get("name"), query.get("type")];
      const found = zones.records(id).filter((record) => isFrom(record, name, type));
      const size = pageSize(query);
      const next = found[size];
      return xml("ListResourceRecordSetsResponse", {
        ResourceRecordSets: { ResourceRecordSet: found.slice(0, size).map(shownRecord) },
        IsTruncated: next !== undefined,
        NextRecordName: next?.name,
        NextRecordType: next?.type,
        MaxItems: size,
      });
    },
  },
  {
    name: "ChangeResourceRecordSets",
    method: "POST",
    path: new RegExp(`^${ZONE}/rrset/?$`),
    handle: (zones, { body }, id) => {
      const request = parseXml(body.toString(), "ChangeResourceRecordSetsRequest");
      const { ChangeBatch } = parsed(changesSchema, request);
      for (const { Action, ResourceRecordSet } of asList(ChangeBatch.Changes.Change)) {
        const record = recordFrom(ResourceRecordSet);
        if (Action === "CREATE") zones.createRecord(id, record);
        else if (Action === "UPSERT") zones.upsertRecord(id, record);
        else zones.removeRecord(id, record.name, record.type);
      }
      return xml("ChangeResourceRecordSetsResponse", { ChangeInfo: change() });
    },
  },
];

const zoneSchema = z.strictObject({
  Name: z.string().regex(/^[\w.-]+$/),
  CallerReference: z.string().min(1).max(128),
  HostedZoneConfig: z
    .strictObject({
      Comment: z.string().optional(),
      PrivateZone: z.enum(["true", "false"]).optional(),
    })
    .optional(),
  VPC: z.strictObject({ VPCRegion: z.string(), VPCId: z.string() }).optional(),
});

const oneOrMore = <S extends z.ZodType>(schema: S) => z.union([schema, z.array(schema)]);

const recordSchema = z.strictObject({
  Name: z.string().min(1),
  Type: z.enum(["A", "AAAA", "CNAME", "NS", "TXT", "MX", "CAA"]),
  TTL: z.coerce.number().int().optional(),
  ResourceRecords: z
    .strictObject({ ResourceRecord: oneOrMore(z.strictObject({ Value: z.string() })) })
    .optional(),
  AliasTarget: z
    .strictObject({
      HostedZoneId: z.string(),
      DNSName: z.string(),
      EvaluateTargetHealth: z.string(),
    })
    .optional(),
});

const changesSchema = z.strictObject({
  ChangeBatch: z.strictObject({
    Comment: z.string().optional(),
    Changes: z.strictObject({
      Change: oneOrMore(
        z.strictObject({
          Action: z.enum(["CREATE", "UPSERT", "DELETE"]),
          ResourceRecordSet: recordSchema,
        }),
      ),
    }),
  }),
});

function parsed<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new AwsFault("InvalidInput", z.prettifyError(result.error));
}

function recordFrom(given: z.output<typeof recordSchema>): RecordSet {
  const { AliasTarget: alias, ResourceRecords: records } = given;
  return {
    name: dnsName(given.Name),
    type: given.Type,
    ttl: given.TTL ?? null,
    values: records === undefined ? [] : asList(records.ResourceRecord).map(({ Value }) => Value),
    alias:
      alias === undefined ? null : { dnsName: alias.DNSName, hostedZoneId: alias.HostedZoneId },
  };
}

function isFrom(record: RecordSet, name: string | null, type: string | null): boolean {
  if (name === null) return true;
  const order = compareNames(record.name, dnsName(name));
  return order > 0 || (order === 0 && (type === null || record.type >= type));
}

function asList<T>(value: T | T[]): T[] {
  return Array.isArray(value) ? value : [value];
}

function shown({ id, name, callerReference, isPrivate, comment, records }: HostedZone): XmlValue {
  return {
    Id: `/hostedzone/${id}`,
    Name: name,
    CallerReference: callerReference,
    Config: { Comment: comment, PrivateZone: isPrivate },
    ResourceRecordSetCount: records.length,
  };
}

function shownRecord({ name, type, ttl, values, alias }: RecordSet): XmlValue {
  return {
    Name: name,
    Type: type,
    TTL: ttl ?? undefined,
    ResourceRecords:
      alias === null ? { ResourceRecord: values.map((Value) => ({ Value })) } : undefined,
    AliasTarget:
      alias === null
        ? undefined
        : {
            HostedZoneId: alias.hostedZoneId,
            DNSName: dnsName(alias.dnsName),
            EvaluateTargetHealth: false,
          },
  };
}

function pageSize(query: URLSearchParams): number {
  const wanted = Number(query.get("maxitems") ?? LARGEST_PAGE);
  if (Number.isInteger(wanted) && wanted >= 1) return Math.min(wanted, LARGEST_PAGE);
  throw new AwsFault("InvalidInput", "maxitems is no number");
}

function requireOnly(query: URLSearchParams, known: string[]): void {
  const other = [...query.keys()].find((name) => !known.includes(name) && name !== "x-id");
  if (other !== undefined)
    throw new AwsFault("InvalidInput", `The local Route 53 does not know ${other}.`);
}

function change(): XmlValue {
  return { Id: "/change/C1", Status: "INSYNC", SubmittedAt: new Date().toISOString() };
}

function xml(root: string, content: XmlValue, status = 200): LocalResponse {
  return {
    status,
    headers: { "content-type": "text/xml" },
    body: xmlDocument(root, content, NAMESPACE),
  };
}
