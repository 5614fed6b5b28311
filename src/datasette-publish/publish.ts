/** `dsl publish`: publishes what a script for `datasette publish` says, and prints the dsl.yaml for it. */
import { relative } from "node:path";
import { updateSite } from "../deploy/update-site.ts";
import type { Host } from "../options/publish-options.ts";
import { resolveOptions } from "../options/resolve-options.ts";
import { UPDATE_OPTIONS, type UpdateFlags } from "../options/update-options.ts";
import { editProject, keyedOptions } from "../project-file/edit-project.ts";
import type { Reporter } from "../terminal/reporter.ts";
import { type PublishFlags, translate } from "./translate.ts";

/** Throws a DslError. */
export async function publish(
  host: Host,
  databases: string[],
  flags: PublishFlags,
  reporter: Reporter,
): Promise<void> {
  const { site, options, notes } = translate(host, flags);
  for (const note of notes) reporter.warn(note);
  const { local, profile, yes, dryRun } = flags;
  const typed = { ...options, local, profile, yes, dryRun };
  const text = editProject(null, {
    name: site,
    databases,
    options: keyedOptions(UPDATE_OPTIONS, { ...options, local, ...relativeMounts(options.static) }),
  });
  reporter.info("The same as dsl.yaml, with which dsl update-stack is enough from now on:");
  for (const line of text.trimEnd().split("\n")) reporter.output(line, "dsl_yaml", { line });
  const { values, sources } = resolveOptions(UPDATE_OPTIONS, typed, new Map(), process.env);
  await updateSite({ site, databases, flags: values as unknown as UpdateFlags, sources }, reporter);
}

function relativeMounts(directories: unknown): { static?: Record<string, string> } {
  if (directories === undefined) return {};
  const entries = Object.entries(directories as Record<string, string>);
  return {
    static: Object.fromEntries(entries.map(([mount, path]) => [mount, relative(".", path) || "."])),
  };
}
