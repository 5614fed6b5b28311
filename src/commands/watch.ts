/** `dsl watch NAME databases…`: publishes what others commit, until it is stopped. */
import type { Command } from "commander";
import type { WatchFlags } from "../options/watch-options.ts";
import { databasesFor } from "../project-file/project-databases.ts";
import type { Reporter } from "../terminal/reporter.ts";
import { defineCommand, type Given } from "./define-command.ts";
import { clientsOf, siteCommand } from "./site-commands.ts";

export function addWatchCommand(program: Command, reporter: Reporter): void {
  const what = "Follow live databases: publish what is committed, until stopped.";
  const command = siteCommand(program, "watch", what).argument(
    "[databases...]",
    "SQLite files, and directories whose databases are followed as they come",
  );
  defineCommand(
    command,
    async (site: string, typed: string[], flags: WatchFlags, { project }: Given) => {
      const { showWatches, watchSite } = await import("../watch/watch-site.ts");
      if (flags.status) return showWatches(site, reporter);
      const databases = databasesFor({ databases: typed, alias: flags.alias }, project);
      const { interval: intervalMs, metrics = null, keep = null } = flags;
      const request = { site, databases, intervalMs, metrics, keep };
      await watchSite(() => clientsOf(flags, "short"), request, reporter);
    },
  );
}
