/** The options of `update-stack`. */
import type { Rotation } from "../../runtime/core/format/collection.ts";
import type { Retention } from "../../runtime/core/format/retention.ts";
import { ABOUT_OPTIONS, type AboutFlags } from "./about-options.ts";
import { ACCESS_OPTIONS, type AccessFlags } from "./access-options.ts";
import { LARGEST_CACHE } from "./cache-size.ts";
import { COLLECT_OPTIONS } from "./collect-options.ts";
import { CONTENT_OPTIONS, type ContentFlags } from "./content-options.ts";
import { DATA_FILE_OPTIONS, type DataFileFlags } from "./convert-options.ts";
import { DOMAIN_OPTIONS, type DomainFlags } from "./domain-options.ts";
import { EDGE_OPTIONS, type EdgeFlags } from "./edge-options.ts";
import { KEEP } from "./keep-option.ts";
import type { Option } from "./option.ts";
import { REPLICA_OPTIONS, type ReplicaFlags } from "./replica-options.ts";
import { SERVICE_OPTIONS } from "./service-options.ts";
import {
  LAYER_ARN_KIND,
  LOCAL,
  PROFILE,
  REGION,
  ROLE_ARN,
  type TargetFlags,
  YES,
} from "./shared-options.ts";

import { TEMPLATE_OPTIONS, type TemplateFlags } from "./template-options.ts";

/** As the command gets them, beside SERVICE_OPTIONS; absent is what was not given. */
export interface UpdateFlags
  extends TargetFlags,
    ContentFlags,
    TemplateFlags,
    DataFileFlags,
    EdgeFlags,
    AccessFlags,
    ReplicaFlags,
    DomainFlags,
    AboutFlags {
  /** `name=path` */
  alias: string[];
  /** Load what is dropped into the bucket; false: no more; absent: as it is deployed. */
  inbox?: boolean;
  /** Take events into a database of this name; false: no more; absent: as it is deployed. */
  collect?: string | false;
  collectPublic?: boolean;
  /** Seconds. */
  collectWindow?: number;
  /** `[TABLE[.ENTITY]=]MODE` */
  collectContract?: string[];
  lake?: boolean;
  collectRotate?: Rotation;
  /** Which versions of the site are kept; absent: as it is deployed. */
  keep?: Retention;
  /** Publish deleted rows that are still in the files. */
  keepFreeSpace?: boolean;
  /** Add indexes that large tables lack to the copies that are published. */
  addIndexes?: boolean;
  storage: "auto" | "embed" | "s3";
  arch?: "arm64" | "x86_64";
  /** Megabytes of /tmp for blocks of databases. */
  cacheMb?: number;
  timeout?: number;
  /** A published layer version to use instead of the package's own layer. */
  layerArn?: string;
  /** Events as NDJSON: nobody can be asked. */
  json?: boolean;
  tag?: Record<string, string>;
  /** A role that CloudFormation works as. */
  roleArn?: string;
  /** Do not ask. */
  yes?: boolean;
  /** End only when nobody can get the version before any more. */
  waitAll?: boolean;
  /** A name, mostly of a branch: deploy beside the site, as its preview. */
  preview?: string;
  /** Let CloudFormation end before everything is ready. */
  express?: boolean;
  /** Write everything to this folder instead of deploying it. */
  save?: string;
  /** A folder that was saved: its templates and parameters. */
  from?: string;
  dryRun?: boolean;
}

/** In the order in which `--help` shows them. */
export const UPDATE_OPTIONS: readonly Option[] = [
  LOCAL,
  {
    name: "alias",
    value: "<name=path>",
    help: "serve a file under another name (repeatable)",
    kind: { type: "list" },
    key: null,
    default: [],
    defaultIs: "none",
  },
  ...REPLICA_OPTIONS,
  ...CONTENT_OPTIONS,
  ...ABOUT_OPTIONS,
  {
    name: "inbox",
    help: "load files that are dropped into inbox/ of the bucket",
    negated: "take the inbox away; what came through it stays",
    kind: { type: "switch" },
    isKept: true,
  },
  ...DATA_FILE_OPTIONS,
  ...COLLECT_OPTIONS,
  ...EDGE_OPTIONS,
  ...DOMAIN_OPTIONS,
  KEEP,
  {
    name: "keep-free-space",
    help: "publish what is left of deleted rows in the files, too",
    kind: { type: "switch" },
  },
  {
    name: "add-indexes",
    help: "add indexes that large tables lack to the published copy",
    kind: { type: "switch" },
  },
  {
    name: "storage",
    value: "<mode>",
    help: "inside the function's package, or in the bucket and read on demand",
    kind: { type: "choice", among: ["auto", "embed", "s3"] },
    default: "auto",
    parameter: "Storage",
  },
  {
    name: "arch",
    value: "<cpu>",
    help: "CPU",
    kind: { type: "choice", among: ["arm64", "x86_64"] },
    defaultIs: "this machine's",
    isKept: true,
    parameter: "Architecture",
  },
  {
    name: "cache-mb",
    value: "<MB>",
    help: "room for databases in each environment, with --storage s3",
    kind: { type: "number", from: 1, to: LARGEST_CACHE },
    defaultIs: "384",
    isKept: true,
    parameter: "EphemeralStorage",
  },
  ...SERVICE_OPTIONS,
  ...ACCESS_OPTIONS,
  ...TEMPLATE_OPTIONS,
  {
    name: "layer-arn",
    value: "<arn>",
    help: "a published layer instead of the own one",
    kind: LAYER_ARN_KIND,
    parameter: "LayerArn",
  },
  {
    name: "tag",
    value: "<key=value>",
    help: "tag of all resources (repeatable)",
    kind: { type: "map", divider: "=", mustBe: "It must be of the form KEY=VALUE." },
    key: "tags",
    isKept: true,
  },
  ROLE_ARN,
  YES,
  {
    name: "wait-all",
    help: "end when nobody can get the version before any more",
    kind: { type: "switch" },
  },
  {
    name: "preview",
    value: "<branch>",
    help: "deploy beside the site, under a name of its own",
    kind: { type: "text", pattern: /\S/, mustBe: "It must be the name of a branch." },
    key: null,
  },
  {
    name: "express",
    help: "CloudFormation does not wait until everything is ready",
    kind: { type: "switch" },
  },
  {
    name: "save",
    value: "<dir>",
    help: "write templates, parameters, packages and a script, and deploy nothing",
    kind: { type: "path" },
    key: null,
  },
  {
    name: "from",
    value: "<dir>",
    help: "use the templates and parameters of a folder that was saved",
    kind: { type: "path" },
  },
  {
    name: "dry-run",
    help: "print what would be done and change nothing",
    kind: { type: "switch" },
    key: null,
  },
  REGION,
  PROFILE,
];

/** What is about doing it, and not about what the site shall be. */
const DOING = ["yes", "wait-all", "dry-run", "save", "follow"];

export const DIFF_OPTIONS: readonly Option[] = [
  ...UPDATE_OPTIONS.filter(({ name }) => !DOING.includes(name)),
  {
    name: "exit-code",
    help: "exit 1 when there are differences",
    kind: { type: "switch" },
    key: null,
  },
];

export const POLICY_OPTIONS: readonly Option[] = [
  ...UPDATE_OPTIONS.filter(({ name }) => !DOING.includes(name)),
  {
    name: "previews",
    help: "also for previews of the site",
    kind: { type: "switch" },
    key: null,
  },
  {
    name: "account",
    value: "<id>",
    help: "the AWS account",
    kind: { type: "text", pattern: /^\d{12}$/, mustBe: "It must have 12 digits." },
    defaultIs: "that of the credentials",
    key: null,
  },
  {
    name: "github",
    value: "<owner/repository>",
    help: "a template with a role that the repository's workflows can assume",
    kind: {
      type: "text",
      pattern: /^[\w.-]+\/[\w.-]+$/,
      mustBe: "It must be of the form OWNER/REPOSITORY.",
    },
    key: null,
  },
];
