/**
 * `update-stack --save DIR`: everything that would be deployed, as files: templates, parameters, tags, what
 * goes into the bucket, and a script that deploys them with the AWS CLI alone. Nothing in it is secret.
 */
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { DslError } from "../../runtime/core/dsl-error.ts";
import { FolderStore } from "../../runtime/core/store/folder-store.ts";
import { publish } from "../../runtime/publisher/publish/publish.ts";
import { publishCards } from "../cards/publish-cards.ts";
import { functionPackage } from "../package/function-zip.ts";
import type { StackContent } from "../plan/plan.ts";
import { isPublic } from "../plan/viewers.ts";
import { identityTags, templateFor } from "../stacks/identity.ts";
import { STACK_KINDS } from "../stacks/roles.ts";
import type { Reporter } from "../terminal/reporter.ts";
import { embeddedSite } from "./packages.ts";
import type { PreparedUpdate } from "./prepare-update.ts";
import { deployScript, knownLater } from "./save-script.ts";

/** Throws a DslError (`folder_not_empty`) rather than to write over what was edited. */
export async function saveDeployment(
  prepared: PreparedUpdate,
  folder: string,
  reporter: Reporter,
): Promise<void> {
  requireEmpty(folder);
  const { plan } = prepared.planned;
  const step = reporter.step(`Saving ${plan.stackName} to ${folder}`);
  mkdirSync(folder, { recursive: true });
  const stacks = stackContents(prepared);
  const later = knownLater(stacks);
  for (const { identity, template, parameters, tags } of stacks) {
    const { role } = identity;
    writeFileSync(join(folder, STACK_KINDS[role].template), template);
    writeFileSync(join(folder, `${role}.parameters`), lines(parameters, later));
    writeFileSync(join(folder, `${role}.tags`), lines(tags, []));
  }
  await saveObjects(prepared, join(folder, "objects"), stacks);
  const script = join(folder, "deploy.sh");
  const etag = prepared.planned.state.published?.etag ?? null;
  writeFileSync(script, deployScript(plan.stackName, stacks, etag));
  chmodSync(script, 0o755);
  step.done();
  reporter.result(
    [
      `Saved ${plan.stackName} to ${folder}; nothing was deployed.`,
      `${join(folder, "deploy.sh")} deploys it with the AWS CLI;`,
      `dsl update-stack ${plan.stackName} … --from ${folder} with dsl.`,
      ...(isPublic(plan.viewers.after) ? [] : closedNotes(plan.stackName)),
    ],
    { saved: folder, stack: plan.stackName, version: plan.publish.manifest.version },
  );
}

/** Secrets are in no file, so that the script cannot store what lets people in. */
function closedNotes(site: string): string[] {
  return [
    "What lets people in to the site is not in the folder: what is stored stays. Where nothing is,",
    `the site answers everybody with 503 until dsl update-stack ${site}, with the same options, stores it.`,
  ];
}

function requireEmpty(folder: string): void {
  if (!existsSync(folder) || readdirSync(folder).length === 0) return;
  throw new DslError(
    "folder_not_empty",
    `${folder} is not empty`,
    "another folder, or empty it: what was edited in it would be lost",
    { exitCode: 2 },
  );
}

/** What each stack shall be, also where nothing would change. */
function stackContents({ planned, facts }: PreparedUpdate): StackContent[] {
  const { plan, state } = planned;
  return plan.stacks.flatMap((action): StackContent[] => {
    if (action.action === "delete") return [];
    if (action.action !== "none") return [action];
    const { identity, stackName } = action;
    const deployed = state.stacks.get(identity.role);
    const content = {
      identity,
      stackName,
      parameters: deployed?.parameters ?? {},
      tags: deployed?.tags ?? identityTags(identity),
      template: deployed?.template ?? templateFor(identity, facts.package.templates[identity.role]),
    };
    return [content];
  });
}

/** What the bucket is to have: the version, and the packages of the functions. */
async function saveObjects(
  { planned, facts, layers }: PreparedUpdate,
  folder: string,
  stacks: StackContent[],
): Promise<void> {
  const { plan } = planned;
  const here = facts.databases;
  // Blocks of what others publish (the inbox) are in the bucket and stay there.
  const action = { ...plan.publish, action: "publish" as const, replaces: null };
  const store = new FolderStore(folder);
  await publishCards(store, facts.cards, null);
  await publish(store, action, here, null);
  const parameters = stacks.find(({ identity }) => identity.role === "service")?.parameters ?? {};
  const { CodeKey, LayerKey } = parameters;
  if (CodeKey) {
    const path = join(folder, CodeKey);
    mkdirSync(dirname(path), { recursive: true });
    const site = plan.storage === "embed" ? await embeddedSite(plan, here, facts.cards) : null;
    await (await functionPackage(site, facts.staticFiles)).build(path);
  }
  for (const { path } of LayerKey ? layers.values() : []) {
    const target = join(folder, LayerKey ?? "");
    mkdirSync(dirname(target), { recursive: true });
    copyFileSync(path, target);
  }
}

/** NAME=VALUE, without what is known only once other stacks are made. */
function lines(values: Record<string, string | null>, later: readonly string[]): string {
  return Object.entries(values)
    .filter(([name, value]) => !later.includes(name) || value === "none")
    .map(([name, value]) => `${name}=${value ?? ""}\n`)
    .join("");
}
