import type { Command } from "commander";
import type { UpdateFlags } from "../options/update-options.ts";
import type { Reporter } from "../terminal/reporter.ts";
import { defineCommand, type Given } from "./define-command.ts";
import { clientsOf } from "./site-commands.ts";
import { updateRequest } from "./update-arguments.ts";

/** `dsl update-stack NAME databases...`: publishes databases as a site, new or changed. */
export function addUpdateStackCommand(program: Command, reporter: Reporter): void {
  const command = program
    .command("update-stack")
    .description("Publish SQLite databases: create or update a site and print its URL.")
    .argument("<stack-name>", "name of the site: letters, digits and hyphens")
    .argument("[databases...]", "SQLite files; each is served under its file name");
  defineCommand(
    command,
    async (site: string, databases: string[], flags: UpdateFlags, given: Given) => {
      const { updateSite } = await import("../deploy/update-site.ts");
      const request = updateRequest(site, databases, flags, given);
      if (!flags.follow) return updateSite(request, reporter);
      const { replicasToFollow } = await import("../watch/replicas-to-follow.ts");
      const { watchSite } = await import("../watch/watch-site.ts");
      const replicas = replicasToFollow(request);
      await updateSite(request, reporter);
      if (flags.dryRun) return;
      const watch = { site: request.site, databases: replicas, intervalMs: 1_000, metrics: null };
      await watchSite(() => clientsOf(flags), { ...watch, keep: null }, reporter);
    },
  );
}
