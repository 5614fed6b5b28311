/** The public hosted zones of the account, and what their records say. */
import {
  type HostedZone,
  ListHostedZonesByNameCommand,
  ListResourceRecordSetsCommand,
  type ResourceRecordSet,
} from "@aws-sdk/client-route-53";
import { DslError } from "../../runtime/core/dsl-error.ts";
import type { AwsClients } from "../aws/clients.ts";

export interface Zone {
  id: string;
  /** Without the dot at its end. */
  name: string;
}

/**
 * The zone with the longest name that the domain is in; null: the account has none. `chosen` are ids of
 * zones, for names that several zones have, and `none` for a domain whose DNS is elsewhere although there is
 * a zone. Throws a DslError when nobody says which of several zones it is.
 */
export async function zoneOf(
  clients: AwsClients,
  domain: string,
  chosen: readonly string[],
): Promise<Zone | null> {
  const labels = domain.split(".");
  for (let at = 0; at < labels.length - 1; at++) {
    const zones = await zonesCalled(clients, labels.slice(at).join("."));
    const [zone, ...others] = zones;
    if (zone === undefined) continue;
    const named = zones.find(({ id }) => chosen.includes(id));
    if (named !== undefined) return named;
    if (chosen.includes("none")) return null;
    if (others.length === 0) return zone;
    throw new DslError(
      "several_zones",
      `${zones.length} hosted zones are called ${zone.name}: ${zones.map(({ id }) => id).join(", ")}; nothing was changed`,
      `--hosted-zone ${zone.id}, the one whose name servers the domain's registrar names`,
      { exitCode: 2 },
    );
  }
  return null;
}

/** Public ones alone: what a private one says nobody outside hears. */
async function zonesCalled(clients: AwsClients, name: string): Promise<Zone[]> {
  const client = await clients.route53();
  const { HostedZones = [] } = await client.send(
    new ListHostedZonesByNameCommand({ DNSName: name, MaxItems: 100 }),
  );
  return HostedZones.filter((zone) => plain(zone.Name) === name && !zone.Config?.PrivateZone).map(
    zoneFrom,
  );
}

function zoneFrom({ Id = "", Name }: HostedZone): Zone {
  return { id: Id.replace(/^\/hostedzone\//, ""), name: plain(Name) };
}

/** A record, in words for messages. */
export interface FoundRecord {
  type: string;
  values: string[];
}

/** The records of exactly this name. */
export async function recordsAt(
  clients: AwsClients,
  zone: string,
  name: string,
): Promise<FoundRecord[]> {
  const client = await clients.route53();
  const { ResourceRecordSets = [] } = await client.send(
    new ListResourceRecordSetsCommand({ HostedZoneId: zone, StartRecordName: name, MaxItems: 100 }),
  );
  return ResourceRecordSets.filter((set) => plain(set.Name) === plain(name)).map(recordFrom);
}

function recordFrom({
  Type: type = "A",
  AliasTarget,
  ResourceRecords = [],
}: ResourceRecordSet): FoundRecord {
  const values = ResourceRecords.map(({ Value = "" }) => plain(Value));
  return { type, values: AliasTarget === undefined ? values : [plain(AliasTarget.DNSName)] };
}

/** Without the dot that ends it in Route 53. */
function plain(name: string | undefined): string {
  return (name ?? "").replace(/\.$/, "").toLowerCase();
}
