/**
 * What a plan is made from: what the user asked for (UpdateOptions), what the files and the package
 * are (Facts), and what is deployed (DeployedState). Everything here is plain data, gathered by
 * I/O elsewhere, so that `planUpdate` needs none.
 */

import type { StoredAccess } from "../../runtime/core/access/stored-access.ts";
import type { Rotation } from "../../runtime/core/format/collection.ts";
import type { Publisher } from "../../runtime/core/format/manifest.ts";
import type { FollowedReplica } from "../../runtime/load/litestream/replica-event.ts";
import type { DatabaseFacts, Published, SiteContent } from "../../runtime/publisher/facts.ts";
import type { NewLoad } from "../../runtime/publisher/publish/recent-loads.ts";
import type { DrawableCard } from "../cards/site-cards.ts";
import type { ServiceSettings } from "../options/service-options.ts";
import type { Overrides } from "../overrides/apply-overrides.ts";
import type { StaticFile } from "../package/function-zip.ts";
import type { Role } from "../stacks/roles.ts";
import type { StackCondition } from "../stacks/stack-status.ts";
import type { StoredSecret } from "./origin-secret.ts";
import type { DomainFacts } from "./plan-domains.ts";
import type { ViewersWanted } from "./viewers.ts";
import type { DomainChoice } from "./wanted-domains.ts";

export type Architecture = "arm64" | "x86_64";
export type StorageMode = "embed" | "s3";

/** A value that somebody gave an option. */
export interface GivenOption {
  /** In words, as far as it has some: "shop.yaml", "on". */
  value: string;
  /** `--memory`, `dsl.yaml:12` */
  from: string;
}

/** What `update-stack` was asked for. */
export interface UpdateOptions {
  /** Everything that was given, by the name of the option. */
  given: ReadonlyMap<string, GivenOption>;
  stackName: string;
  storage: "auto" | StorageMode;
  architecture?: Architecture;
  /** Megabytes of /tmp for blocks of databases. */
  cacheMegabytes?: number;
  /** A published layer version to use instead of the package's own layer. */
  layerArn?: string;
  /** One that was not given keeps the value that is deployed. */
  service: ServiceSettings;
  /** Who may see the site. */
  viewers: ViewersWanted;
  /** Configuration, metadata, settings and flags, as they go into the manifest. */
  site: SiteContent;
  /** A replica is followed afterwards, from this machine. */
  follow?: boolean;
  /** Replicas are followed by a function; false: no more. Not given: as it is deployed. */
  followInLambda?: boolean;
  /** Those in buckets that were named. */
  replicas?: FollowedReplica[];
  /** Load what is dropped into the bucket; false: no more. Not given: as it is deployed. */
  inbox?: boolean;
  /** Properties that are set in the templates, by stack. Those that are not named stay as they are deployed. */
  overrides: ReadonlyMap<Role, Overrides>;
  /** Take events; false: no more. Not given: as it is deployed. */
  collect?: CollectOptions | false;
  /** CloudFront in front of the API; false: no more. Not given: as it is deployed. */
  cloudFront?: EdgeOptions | false;
  /** Domains; what was not said is as it is deployed. */
  domains?: DomainChoice;
  /** The site that this one is a preview of. */
  previewOf?: string;
  /** Templates and parameters that were saved and perhaps edited (`--from`). */
  saved?: SavedStacks;
  /** Tags of all stacks. Not given: the tags stay as they are. */
  tags?: Record<string, string>;
}

/** What was not given is as it is deployed. */
export interface CollectOptions {
  /** Name of the database of events. */
  database?: string;
  /** Take events without a token. */
  isPublic?: boolean;
  windowSeconds?: number;
  /** When a new database is begun. */
  rotation?: Rotation;
  /** As they were typed, checked. */
  contracts?: string[];
  /** Write batches as Parquet, too. */
  lake?: boolean;
}

/** What was not given is as it is deployed. */
export interface EdgeOptions {
  /** Also where there is none yet. */
  isWanted?: boolean;
  /** CloudFront keeps answers so long. */
  ttlSeconds?: number;
  /** As CloudFront calls it: PriceClass_100. */
  priceClass?: string;
  hasLogs?: boolean;
  /** An ARN, or `none`. */
  webAcl?: string;
  /** Renew the secret, however old it is. */
  newSecret?: boolean;
}

/** One stack as a folder of `--save` has it. */
export interface SavedStack {
  /** As in templates/: without the mark that says whose it is. */
  template: string;
  /** The parameters that the template declares. */
  declared: ReadonlySet<string>;
  parameters: Record<string, string>;
}

export type SavedStacks = ReadonlyMap<Role, SavedStack>;

export interface Facts {
  /** In the order in which they are shown. */
  databases: DatabaseFacts[];
  /** What was decided about data files that became databases; absent: there are none. */
  loads?: NewLoad[];
  /** The cards that these and the site name, as they can be drawn. */
  cards: readonly DrawableCard[];
  /** The site's own files (`--static`), as they go into the function's package. */
  staticFiles: StaticFile[];
  package: PackageFacts;
  /** Messages of events that could not be loaded; absent where nobody asks. */
  failedMessages?: number;
  /** What lets CloudFront in at the API; absent for a site without CloudFront. */
  originSecret?: { stored: StoredSecret; fresh: string };
  /** null, or absent: the site is to have no domains. */
  domains?: DomainFacts | null;
  /** As whom this is done, for the manifest. */
  publisher: Publisher;
}

/** What this version of dsl would deploy besides the databases. */
export interface PackageFacts {
  /** Version of dsl. */
  software: string;
  /** The CPU of this machine: the default for new stacks. */
  machine: Architecture;
  /** The text of templates/ROLE.yaml. */
  templates: Record<Role, string>;
  /** Unzipped bytes of the runtime's code and assets and of the site's own files. */
  codeSize: number;
  /** The layers this package has, with their key in the bucket and their unzipped bytes. */
  layers: Partial<Record<Architecture, { key: string; size: number }>>;
  /**
   * The key `code/<digest>.zip` of the function zip: the digest covers the bundle, its assets,
   * the site's own files and, with embedded storage, the bytes of the manifest (null in s3 storage).
   */
  codeKey(manifest: Uint8Array | null): string;
}

export interface DeployedState {
  account: string;
  region: string;
  /** Those that there are. */
  stacks: ReadonlyMap<Role, StackState>;
  /** When each zip of code and layers in the bucket was written, by key. */
  packages: ReadonlyMap<string, Date>;
  /** null when there is no bucket or nothing was published in it. */
  published: Published | null;
  /** What lets people in, of a site that is not public; null where nothing is stored. */
  access: StoredAccess | null;
}

export interface StackState {
  name: string;
  /** CloudFormation's status as it is, for messages. */
  status: string;
  condition: StackCondition;
  parameters: Record<string, string>;
  outputs: Record<string, string>;
  tags: Record<string, string>;
  /** The template's text as it was given to CloudFormation. */
  template: string;
}
