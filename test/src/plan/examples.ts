/** Facts and states for planning tests; each test changes what it is about. */

import { hash } from "node:crypto";
import { GITHUB } from "../../../runtime/core/access/sign-in-provider.ts";
import type { StoredAccess } from "../../../runtime/core/access/stored-access.ts";
import { BLOCK_SIZE } from "../../../runtime/core/format/manifest.ts";
import type { DatabaseFacts, Published } from "../../../runtime/publisher/facts.ts";
import { encodeIndex } from "../../../runtime/publisher/publish/manifest-build.ts";
import type { DeployedState, Facts, StackState, UpdateOptions } from "../../../src/plan/inputs.ts";
import type { KeptStackAction, Plan } from "../../../src/plan/plan.ts";
import type { Viewers } from "../../../src/plan/viewers.ts";
import type { Role } from "../../../src/stacks/roles.ts";

const TEMPLATES = {
  bucket: 'Description: "dsl: bucket"',
  service: 'Description: "dsl: service"\n',
  inbox: 'Description: "dsl: inbox"\n',
  collect: 'Description: "dsl: collect"\n',
  edge: 'Description: "dsl: edge"\n',
  follow: 'Description: "dsl: follow"\n',
  domain: 'Description: "dsl: domain"\n',
};

export const OPTIONS: UpdateOptions = {
  given: new Map(),
  overrides: new Map(),
  stackName: "shop",
  storage: "auto",
  service: {},
  viewers: {},
  site: {
    config: {},
    metadata: {},
    settings: {},
    flags: { cors: false, crossdb: false, defaultDeny: false },
  },
};

/** A database whose blocks are named after `content`, one letter a block. */
export function database(name: string, content: string, size?: number): DatabaseFacts {
  const blocks = [...content].map((letter) => hash("sha256", letter));
  return {
    name,
    source: `${name}.db`,
    snapshot: `/tmp/${name}.db`,
    size: size ?? blocks.length * BLOCK_SIZE,
    sha256: hash("sha256", content),
    blocks,
    hot: null,
    inspection: { tables: [], views: [], summaries: null },
    zippedSize: (size ?? blocks.length * BLOCK_SIZE) / 4,
  };
}

export function facts(...databases: DatabaseFacts[]): Facts {
  return {
    databases,
    cards: [],
    staticFiles: [],
    publisher: { who: null, what: "update-stack" },
    package: {
      software: "1.0.0",
      machine: "x86_64",
      templates: TEMPLATES,
      codeSize: 500_000,
      layers: { x86_64: { key: "layers/x.zip", size: 2_000_000 } },
      codeKey: (manifest) =>
        `code/${manifest === null ? "code" : hash("sha256", manifest).slice(0, 8)}.zip`,
    },
  };
}

const PLACE = { account: "123456789012", region: "eu-central-1" };
export const NOTHING: DeployedState = {
  ...PLACE,
  stacks: new Map(),
  packages: new Map(),
  published: null,
  access: null,
};

/** What is deployed after a plan has been carried out, on top of what was there `before`. */
export function afterwards(
  plan: Plan,
  { databases }: Facts,
  before: DeployedState = NOTHING,
): DeployedState {
  const { manifest, bytes } = plan.publish;
  const published: Published = {
    manifest,
    bytes,
    etag: `"${manifest.version}"`,
    indexes: new Map(
      databases.map(({ size, blocks, hot }) => [
        encodeIndex({ size, blocks, hot }).name,
        { blockSize: BLOCK_SIZE, size, blocks, hot },
      ]),
    ),
    lostBlocks: new Set(),
  };
  const stacks = new Map(
    plan.stacks.flatMap((action) =>
      action.action === "delete"
        ? []
        : [[action.identity.role, stackAfter(action, before)] as const],
    ),
  );
  for (const { parameters } of stacks.values()) {
    if ("BucketName" in parameters) parameters.BucketName = "shop-bucket";
  }
  const packages = new Map(plan.uploads.map(({ key }) => [key, new Date(manifest.publishedAt)]));
  return { ...PLACE, stacks, packages, published, access: accessOf(plan.viewers.after) };
}

/** What would be stored for them. */
function accessOf({ password, signIn }: Viewers): StoredAccess {
  const client = signIn && {
    provider: { ...GITHUB, issuer: signIn.issuer },
    clientSecret: "s3cret",
    origins: [],
    ...signIn,
  };
  return { password: password ? "hash" : null, signIn: client, key: Buffer.alloc(32) };
}

function stackAfter(action: KeptStackAction, before: DeployedState): StackState {
  if (action.action === "none") {
    const unchanged = before.stacks.get(action.identity.role);
    if (unchanged === undefined) throw new Error(`${action.stackName} was not there before`);
    return unchanged;
  }
  const parameters = Object.entries(action.parameters).map(([name, value]) => [name, value ?? ""]);
  return {
    name: action.stackName,
    status: "CREATE_COMPLETE",
    condition: "usable",
    parameters: Object.fromEntries(parameters),
    outputs: { BucketName: "shop-bucket", ApiId: "abc" },
    tags: action.tags,
    template: action.template.trimEnd(),
  };
}

/** The same, with one stack that is different. */
export function withStack(
  deployed: DeployedState,
  role: Role,
  changes: Partial<StackState>,
): DeployedState {
  const changed = { ...deployed.stacks.get(role)!, ...changes };
  return { ...deployed, stacks: new Map([...deployed.stacks, [role, changed]]) };
}
