/** The commands of the inbox: `dsl put NAME FILE` and `dsl loads NAME`. */
import type { Command } from "commander";
import type { Reporter } from "../terminal/reporter.ts";
import { clientsOf, type SiteFlags, siteCommand } from "./site-commands.ts";

export function addPutCommand(program: Command, reporter: Reporter): void {
  siteCommand(program, "put", "Put a file into the inbox of a site and wait until it is online.")
    .argument("<file>", "CSV, JSON, SQLite … as dsl convert reads it")
    .option("--to <database[/table]>", "where it goes; by default it is named after the file")
    .action(async (name: string, file: string, flags: SiteFlags & { to?: string }) => {
      const { putFile } = await import("../sites/put.ts");
      await putFile(await clientsOf(flags), { site: name, file, to: flags.to ?? null }, reporter);
    });
}

export function addLoadsCommand(program: Command, reporter: Reporter): void {
  siteCommand(program, "loads", "List what became of the files of the inbox.")
    .option("-f, --follow", "go on until Ctrl-C")
    .action(async (name: string, flags: SiteFlags & { follow?: boolean }) => {
      const { showLoads } = await import("../sites/loads.ts");
      const request = { site: name, follow: flags.follow ?? false };
      await showLoads(await clientsOf(flags), request, reporter);
    });
}
