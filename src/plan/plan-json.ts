/** A plan as JSON, for `--json`: the form is described in docs/json-events.md. Pure. */
import type { DatabaseChange } from "../../runtime/publisher/publish/publish-action.ts";
import { isNoop, type Plan, type StackAction } from "./plan.ts";
import { describeViewers } from "./viewers.ts";

type Json = Record<string, unknown>;

/** Without what only the executor needs: the manifest and its bytes. */
export function planJson(plan: Plan): Json {
  const { action, manifest, databases, siteChanged } = plan.publish;
  return {
    stack: plan.stackName,
    account: plan.account,
    region: plan.region,
    storage: plan.storage,
    first_visit: plan.firstVisit,
    changes: !isNoop(plan),
    options: plan.options,
    who_may_see_the_site: describeViewers(plan.viewers.after),
    notes: plan.notes,
    recovery: plan.recovery.map(({ action, identity, stackName, status }) => ({
      action,
      stack: identity.role,
      stack_name: stackName,
      status,
    })),
    publish: {
      action,
      version: manifest.version,
      databases: databases.map(databaseJson),
      site_changed: siteChanged,
      site_changes: plan.siteChanges,
    },
    uploads: plan.uploads,
    new_cloudfront_secret: plan.secret?.isNew ?? false,
    closes: plan.closing.map(({ stackName }) => stackName),
    certificate: certificateJson(plan.certificate),
    ...Object.fromEntries(
      plan.stacks.map((stack) => [`${stack.identity.role}_stack`, stackJson(stack)]),
    ),
  };
}

function certificateJson(certificate: Plan["certificate"]): Json | null {
  if (certificate === null) return null;
  if (certificate.action === "request") {
    const { action, names, region } = certificate;
    return { action, names, region };
  }
  const { arn, region, unproven } = certificate.certificate;
  return { action: certificate.action, arn, region, waits_for: unproven };
}

function stackJson(action: StackAction): Json {
  if (action.action === "none" || action.action === "delete") {
    return { action: action.action, stack_name: action.stackName };
  }
  const { stackName, parameters, tags } = action;
  const wanted = { action: action.action, stack_name: stackName, parameters, tags };
  if (action.action === "create") return wanted;
  const { changes, templateChanged, tagsChanged } = action;
  return { ...wanted, changes, template_changed: templateChanged, tags_changed: tagsChanged };
}

function databaseJson(database: DatabaseChange): Json {
  if (database.change !== "changed") return { ...database };
  const { changedBlocks, ...rest } = database;
  return { ...rest, changed_blocks: changedBlocks };
}
