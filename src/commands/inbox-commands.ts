/** The commands of the inbox: `dsl put NAME FILE` and `dsl loads NAME`. */
import type { Command } from "commander";
import type { TargetFlags } from "../options/shared-options.ts";
import type { Reporter } from "../terminal/reporter.ts";
import { defineCommand } from "./define-command.ts";
import { clientsOf, siteCommand } from "./site-commands.ts";

export function addPutCommand(program: Command, reporter: Reporter): void {
  const command = siteCommand(
    program,
    "put",
    "Put a file into the inbox of a site and wait until it is online.",
  ).argument("<file>", "CSV, JSON, SQLite … as dsl convert reads it");
  defineCommand(
    command,
    async (name: string, file: string, flags: TargetFlags & { to?: string }) => {
      const { putFile } = await import("../sites/put.ts");
      await putFile(await clientsOf(flags), { site: name, file, to: flags.to ?? null }, reporter);
    },
  );
}

export function addLoadsCommand(program: Command, reporter: Reporter): void {
  const command = siteCommand(program, "loads", "List what became of the files of the inbox.");
  defineCommand(command, async (name: string, flags: TargetFlags & { follow?: boolean }) => {
    const { showLoads } = await import("../sites/loads.ts");
    const request = { site: name, follow: flags.follow ?? false };
    await showLoads(await clientsOf(flags), request, reporter);
  });
}
