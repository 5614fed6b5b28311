/** Hosted zones and their records, kept on disk; and what the DNS of the rest of the world says. */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { readJson, writeJson } from "../common/json-file.ts";
import { AwsFault } from "../common/service.ts";

export interface RecordSet {
  /** Lower case, with the dot at its end. */
  name: string;
  type: string;
  /** Seconds; null for an alias. */
  ttl: number | null;
  values: string[];
  alias: { dnsName: string; hostedZoneId: string } | null;
  /** Says which creation made it: a repeated one is no conflict. */
  token?: string;
}

export interface HostedZone {
  id: string;
  /** Lower case, with the dot at its end. */
  name: string;
  isPrivate: boolean;
  comment: string;
  callerReference: string;
  records: RecordSet[];
}

interface State {
  zones: HostedZone[];
  /** CNAMEs in zones that are not in this account. */
  elsewhere: { name: string; value: string }[];
}

export class Zones {
  readonly #path: string;
  #state: State;

  constructor(home: string) {
    this.#path = join(home, "route53", "zones.json");
    this.#state = readJson<State>(this.#path) ?? { zones: [], elsewhere: [] };
  }

  /** Throws HostedZoneAlreadyExists for a reference that was used before. */
  create(name: string, callerReference: string, isPrivate: boolean, comment: string): HostedZone {
    if (this.#state.zones.some((zone) => zone.callerReference === callerReference)) {
      throw new AwsFault(
        "HostedZoneAlreadyExists",
        `A hosted zone has already been created with the specified caller reference.`,
        409,
      );
    }
    const id = `Z${createHash("sha256").update(callerReference).digest("hex").slice(0, 19).toUpperCase()}`;
    const full = dnsName(name);
    const ns: RecordSet = {
      name: full,
      type: "NS",
      ttl: 172_800,
      values: ["ns-1.awsdns-local.com.", "ns-2.awsdns-local.net."],
      alias: null,
    };
    const zone = { id, name: full, isPrivate, comment, callerReference, records: [ns] };
    this.#save({ zones: [...this.#state.zones, zone] });
    return zone;
  }

  /** In Route 53's order: by their labels from the last to the first. */
  list(): HostedZone[] {
    return this.#state.zones.toSorted((one, other) => compareNames(one.name, other.name));
  }

  /** Throws NoSuchHostedZone. */
  get(id: string): HostedZone {
    const zone = this.#state.zones.find((each) => each.id === id);
    if (zone !== undefined) return zone;
    throw new AwsFault("NoSuchHostedZone", `No hosted zone found with ID: ${id}`, 404);
  }

  /** Throws NoSuchHostedZone, or HostedZoneNotEmpty. */
  delete(id: string): void {
    const zone = this.get(id);
    if (zone.records.some(({ type }) => type !== "NS")) {
      throw new AwsFault(
        "HostedZoneNotEmpty",
        "The specified hosted zone contains non-required resource record sets and so cannot be deleted.",
      );
    }
    this.#save({ zones: this.#state.zones.filter((each) => each !== zone) });
  }

  /** In Route 53's order. Throws NoSuchHostedZone. */
  records(id: string): RecordSet[] {
    return this.get(id).records.toSorted(
      (one, other) => compareNames(one.name, other.name) || (one.type < other.type ? -1 : 1),
    );
  }

  /** Throws InvalidChangeBatch for a record that is there, or cannot be. */
  createRecord(zoneId: string, record: RecordSet): void {
    const { records } = this.#zoneFor(zoneId, record);
    const existing = records.find((each) => isSame(each, record));
    const isRepeated = record.token !== undefined && existing?.token === record.token;
    if (existing !== undefined && !isRepeated) {
      throw invalid(
        `Tried to create resource record set [name='${record.name}', type='${record.type}'] but it already exists`,
      );
    }
    this.#requireNoConflict(zoneId, record);
    this.#put(zoneId, record);
  }

  /** Creates it, or replaces the one of this name and type. Throws InvalidChangeBatch. */
  upsertRecord(zoneId: string, record: RecordSet): void {
    this.#zoneFor(zoneId, record);
    this.#requireNoConflict(zoneId, record);
    this.#put(zoneId, record);
  }

  /** One that is gone already is no error. */
  removeRecord(zoneId: string, name: string, type: string): void {
    const isIt = (each: RecordSet) => isSame(each, { name: dnsName(name), type });
    this.#save({
      zones: this.#state.zones.map((zone) =>
        zone.id === zoneId
          ? { ...zone, records: zone.records.filter((each) => !isIt(each)) }
          : zone,
      ),
    });
  }

  /** What becomes of records in zones of other accounts and providers. */
  setElsewhere(records: State["elsewhere"]): void {
    this.#save({
      elsewhere: records.map(({ name, value }) => ({ name: dnsName(name), value: dnsName(value) })),
    });
  }

  /** Whether the public DNS has this CNAME. */
  hasCname(name: string, value: string): boolean {
    const [wanted, to] = [dnsName(name), dnsName(value)];
    const isHere = this.#state.zones.some(
      ({ isPrivate, records }) =>
        !isPrivate &&
        records.some(
          (each) =>
            each.name === wanted && each.type === "CNAME" && each.values.map(dnsName).includes(to),
        ),
    );
    return (
      isHere || this.#state.elsewhere.some((each) => each.name === wanted && each.value === to)
    );
  }

  #zoneFor(zoneId: string, { name }: RecordSet): HostedZone {
    const zone = this.get(zoneId);
    if (name === zone.name || name.endsWith(`.${zone.name}`)) return zone;
    throw invalid(`RRSet with DNS name ${name} is not permitted in zone ${zone.name}`);
  }

  #requireNoConflict(zoneId: string, { name, type }: RecordSet): void {
    const others = this.get(zoneId).records.filter(
      (each) => each.name === name && each.type !== type,
    );
    const conflicts =
      type === "CNAME" ? others.length > 0 : others.some((each) => each.type === "CNAME");
    if (!conflicts) return;
    throw invalid(
      `RRSet of type ${type} with DNS name ${name} is not permitted as it conflicts with other records with the same DNS name in zone ${this.get(zoneId).name}`,
    );
  }

  #put(zoneId: string, record: RecordSet): void {
    this.#save({
      zones: this.#state.zones.map((zone) =>
        zone.id === zoneId
          ? { ...zone, records: [...zone.records.filter((each) => !isSame(each, record)), record] }
          : zone,
      ),
    });
  }

  #save(changed: Partial<State>): void {
    this.#state = { ...this.#state, ...changed };
    writeJson(this.#path, this.#state);
  }
}

/** As Route 53 writes names: lower case, with a dot at the end. */
export function dnsName(name: string): string {
  const lower = name.toLowerCase();
  return lower.endsWith(".") ? lower : `${lower}.`;
}

/** Com.example.data comes after com.example. */
export function compareNames(one: string, other: string): number {
  const [a, b] = [one, other].map((name) => name.split(".").reverse().join("."));
  return a === b ? 0 : a! < b! ? -1 : 1;
}

function isSame(one: Pick<RecordSet, "name" | "type">, other: Pick<RecordSet, "name" | "type">) {
  return one.name === other.name && one.type === other.type;
}

function invalid(message: string): AwsFault {
  return new AwsFault("InvalidChangeBatch", `[${message}]`);
}
