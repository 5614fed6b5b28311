/** The parameters of the service stack in the user's words. Pure. */
import { TMP_SLACK } from "../options/cache-size.ts";

const STORAGE: Record<string, string> = {
  embed: "inside the function's package",
  s3: "in the bucket, read on demand",
};

const PRICE_CLASSES: Record<string, string> = {
  PriceClass_100: "North America and Europe",
  PriceClass_200: "most of the world",
  PriceClass_All: "all of the world",
};

function yesOrNo(value: string): string {
  return value === "true" ? "yes" : "no";
}

/** What a parameter is called and how its value is written; null: it has no value worth a word. */
interface Words {
  name: string;
  value: (text: string) => string;
  /** A value that is not worth a word in what a new stack gets. */
  silent?: string;
}

/** Of one domain: the plan says them together (`describeDomains`). */
const OF_DOMAINS = /^(Name|Zone|ProofName|ProofValue|Served)\w*[\da-f]{4}$/;

const WORDS: Record<string, Words | null> = {
  // Named after the stack or a digest, or said in words of their own.
  BucketName: null,
  CodeKey: null,
  LayerKey: null,
  StaticMounts: null,
  ApiId: null,
  Origin: null,
  CertificateArn: null,
  DistributionDomainName: null,
  Domains: { name: "domains", value: (names) => names || "none" },
  Redirects: { name: "redirects from", value: (names) => names || "none" },
  HostedZones: { name: "hosted zones", value: (ids) => ids || "found by name" },
  Certificate: { name: "certificate", value: (arn) => arn || "asked for by dsl" },
  Site: null,
  OriginKeys: null,
  SecretVersion: null,
  Private: null,
  Password: null,
  LogBucketStays: null,
  Database: { name: "events go into the database", value: String },
  Public: {
    name: "events are taken",
    value: (isPublic) => (isPublic === "true" ? "from everybody" : "with a token"),
  },
  Cors: {
    name: "events from pages of other sites",
    value: (cors) => (cors === "true" ? "yes" : "no"),
  },
  WindowSeconds: { name: "events are online after", value: (seconds) => `${seconds} s or more` },
  Contracts: { name: "contracts", value: String },
  LayerArn: { name: "layer", value: (arn) => arn || "the one of dsl" },
  Architecture: { name: "CPU", value: String },
  Storage: { name: "databases", value: (mode) => STORAGE[mode] ?? mode },
  MemorySize: { name: "memory", value: (megabytes) => `${megabytes} MB` },
  Timeout: { name: "longest request", value: (seconds) => `${seconds} s` },
  EphemeralStorage: { name: "room for data", value: (megabytes) => `${megabytes} MB` },
  RefreshSeconds: { name: "new data is looked for every", value: (seconds) => `${seconds} s` },
  LogRetentionDays: { name: "log is kept for", value: (days) => `${days} days` },
  RateLimit: { name: "requests a second, at most", value: String },
  BurstLimit: { name: "requests at once, at most", value: String },
  ReservedConcurrency: {
    name: "environments at once, at most",
    value: (count) => (count === "none" ? "as many as the account has" : count),
  },
  EdgeOnly: {
    name: "the API answers",
    value: (isClosed) => (isClosed === "true" ? "CloudFront only" : "everybody"),
    silent: "false",
  },
  EdgeSeconds: {
    name: "CloudFront keeps answers",
    value: (seconds) => `${seconds} s`,
    silent: "0",
  },
  Aliases: { name: "domains", value: (names) => names.replaceAll(",", ", ") || "(none)" },
  PriceClass: { name: "CloudFront answers in", value: (name) => PRICE_CLASSES[name] ?? name },
  Logs: { name: "log of CloudFront", value: yesOrNo, silent: "false" },
  WebAcl: { name: "web ACL", value: String, silent: "none" },
  PermissionsBoundary: { name: "permissions boundary", value: String, silent: "none" },
  AlarmEmail: {
    name: "alarms go to",
    value: (email) => (email === "none" ? "nobody" : email),
    silent: "none",
  },
  AlarmAgeHours: {
    name: "alarm when the data is older than",
    value: (hours) => (hours === "none" ? "(any age is fine)" : `${hours} hours`),
    silent: "none",
  },
  AlarmCost: {
    name: "alarm when a day costs more than",
    value: (dollars) => `US$${dollars}`,
    silent: "1",
  },
  Dashboard: { name: "dashboard", value: yesOrNo, silent: "false" },
  Metrics: { name: "metrics", value: yesOrNo, silent: "false" },
  Tracing: { name: "traces (X-Ray)", value: yesOrNo, silent: "false" },
};

function wordsOf(parameter: string): Words | null | undefined {
  return OF_DOMAINS.test(parameter) ? null : WORDS[parameter];
}

/** "memory: 1769 MB"; null where there is nothing to say. */
export function describeParameter(parameter: string, value: string | null): string | null {
  const words = wordsOf(parameter);
  if (words === null || value === null || value === "" || value === words?.silent) return null;
  return words === undefined ? `${parameter}: ${value}` : `${words.name}: ${words.value(value)}`;
}

/** "1769 MB", in the words of the option that the parameter belongs to. */
export function describeValue(parameter: string, value: string): string {
  if (parameter === "EphemeralStorage") return `${Number(value) - TMP_SLACK} MB`;
  return WORDS[parameter]?.value(value) ?? value;
}

/** "memory: 1769 MB → 512 MB"; null where there is nothing to say. */
export function describeParameterChange(
  parameter: string,
  from: string | null,
  to: string | null,
): string | null {
  const words = wordsOf(parameter);
  if (words === null) return null;
  const value = words?.value ?? String;
  const [old, now] = [from === null ? "(none)" : value(from), to === null ? "(new)" : value(to)];
  return `${words?.name ?? parameter}: ${old} → ${now}`;
}
