import type { Command } from "commander";
import type { UpdateFlags } from "../options/update-options.ts";
import { databasesFor } from "../project-file/project-databases.ts";
import type { Reporter } from "../terminal/reporter.ts";
import { defineCommand, type Given } from "./define-command.ts";

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
      const { sources } = given;
      const named = databasesFor({ databases, alias: flags.alias }, given.project);
      await updateSite(
        { site, flags: { ...flags, alias: named.alias }, databases: named.databases, sources },
        reporter,
      );
    },
  );
}
