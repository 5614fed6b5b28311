/** What the options of `update-stack` are given where combinations of them are tried. */
import { type Option, property } from "../../src/options/option.ts";
import { readText } from "../../src/options/read-text.ts";
import type { UpdateFlags } from "../../src/options/update-options.ts";
import { UPDATE_OPTIONS } from "../../src/options/update-options.ts";
import type { Row } from "./pairwise.ts";

/** As it is typed: a text, several of a flag that is repeated, a switch; null: not given. */
export type Typed = string | readonly string[] | boolean | null;

/** Values of what is neither a switch, a number nor one of a few words, as somebody could type them. */
const EXAMPLES: Readonly<Record<string, readonly Typed[]>> = {
  setting: [["sql_time_limit_ms=500"]],
  prefix: ["/data/"],
  title: ["Shop & <Söhne>"],
  collect: ["events", false],
  "collect-contract": [["freeze"], ["orders=evolve", "orders.columns=discard_value"]],
  domain: [["data.example.com"], ["example.org", "data.example.com"], false],
  redirect: [["www.example.com"], false],
  "hosted-zone": [["Z0123456789ABC"], ["none"]],
  certificate: ["arn:aws:acm:eu-central-1:123456789012:certificate/1a2b", "own"],
  keep: ["100,30d"],
  "cloudfront-web-acl": ["arn:aws:wafv2:us-east-1:123456789012:global/webacl/shop/a1b2", "none"],
  "permissions-boundary": ["arn:aws:iam::123456789012:policy/limits", "none"],
  alarm: ["me@example.com", "none"],
  subnet: [["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"], ["none"]],
  "security-group": [["sg-0123456789abcdef0"]],
  "add-layer": [["arn:aws:lambda:eu-central-1:123456789012:layer:more:3"], ["none"]],
  variable: [["NODE_OPTIONS=--max-old-space-size=300", "EMPTY="]],
  "cors-origin": [["https://example.com", "http://localhost:8000"], ["none"]],
  "cors-header": [["content-type", "authorization"]],
  set: [
    ["Function.Description=ours", "inbox/LogGroup.LogGroupClass=INFREQUENT_ACCESS"],
    ['Stage.Tags={"team": "data"}', "Bucket.ObjectLockEnabled=false", "Function.Description="],
  ],
  "sign-in": ["https://accounts.google.com", "github"],
  "layer-arn": ["arn:aws:lambda:eu-central-1:123456789012:layer:dsl-arm64:3"],
  tag: [["team=data", "Owner=Söhne"]],
};

/** About files, about the run, or about texts of the site: no stack is another because of them. */
const NOT_IN_STACKS = new Set([
  ...["alias", "at", "config", "metadata", "static", "rules", "from", "save", "preview"],
  ...["license", "license-url", "source", "source-url", "about", "about-url"],
  ...[
    "append",
    "upsert",
    "table",
    "pk",
    "type",
    "fk",
    "fts",
    "index",
    "encoding",
    "delimiter",
    "no-header",
    "header",
  ],
  ...["local", "region", "profile", "role-arn", "yes", "wait-all", "express", "dry-run"],
  // Of it only the secret is another.
  "cloudfront-new-secret",
  ...["password-file", "keep-free-space", "add-indexes"],
  ...["sign-in-client-id", "sign-in-client-secret-file", "sign-in-allow", "sign-in-scope"],
]);

/** Every option that may change a stack, with what it is given; null, which is nothing, is among it. */
export function factors(): Record<string, readonly Typed[]> {
  const options = UPDATE_OPTIONS.filter(({ name }) => !NOT_IN_STACKS.has(name));
  return Object.fromEntries(options.map((option) => [option.name, [null, ...valuesOf(option)]]));
}

function valuesOf({ name, kind }: Option): readonly Typed[] {
  switch (kind.type) {
    case "switch":
      return [true, false];
    case "number":
      return [String(kind.from), String(kind.to), ...(kind.orNone ? ["none"] : [])];
    case "choice":
      return [...new Set([kind.among[0], kind.among.at(-1)])].map(String);
  }
  const examples = EXAMPLES[name];
  if (examples === undefined) {
    throw new Error(
      `--${name} needs examples in ${import.meta.filename}, or a place in NOT_IN_STACKS`,
    );
  }
  return examples;
}

/** What the command would refuse, as far as it is about how options go together. */
export function mayBe(part: Row<Typed>): boolean {
  const isGiven = (name: string) => part[name] !== undefined && part[name] !== null;
  const has = (name: string) => isGiven(name) && part[name] !== false;
  const collects = typeof part.collect === "string";
  const ofCollector = Object.keys(part).some(
    (name) => (name.startsWith("collect-") || name === "lake") && isGiven(name),
  );
  if (ofCollector && "collect" in part && !collects) return false;
  const ofEdge = Object.keys(part).some((name) => name.startsWith("cloudfront-") && isGiven(name));
  if (ofEdge && "cloudfront" in part && part.cloudfront !== true) return false;
  const isFollowed = has("follow") || has("follow-in-lambda");
  const isPublishedByItself = has("inbox") || collects || ofCollector || isFollowed;
  if (part.storage === "embed" && isPublishedByItself) return false;
  const ofDomains = ["redirect", "hosted-zone", "certificate"].some((name) => has(name));
  if (ofDomains && "domain" in part && !has("domain")) return false;
  const isInVpc = isGiven("subnet") && String(part.subnet) !== "none";
  if ("subnet" in part && "security-group" in part && isInVpc !== has("security-group"))
    return false;
  // One of the examples is about the inbox.
  return !(String(part.set).includes("inbox/") && "inbox" in part && part.inbox !== true);
}

/** What a command would get. */
export function flagsOf(row: Row<Typed>): UpdateFlags {
  const flags: Record<string, unknown> = { alias: [], setting: {}, static: {}, storage: "auto" };
  for (const option of UPDATE_OPTIONS) {
    const typed = row[option.name] ?? null;
    if (typed === null) continue;
    if (typeof typed === "boolean") flags[property(option)] = typed;
    else {
      let value: unknown;
      for (const text of [typed].flat()) value = readText(option.kind, text as string, value);
      flags[property(option)] = value;
    }
  }
  // Not asked for alone.
  const client = { signInClientId: "shop", signInAllow: ["@example.com"] };
  return { ...flags, ...(flags.signIn !== undefined && client) } as unknown as UpdateFlags;
}
