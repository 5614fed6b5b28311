/** The commands that ask about a deployed site or move it between its versions: `dsl status NAME` … */
import type { Command } from "commander";
import type { AwsClients, AwsTarget } from "../aws/clients.ts";
import type { Kind } from "../options/option.ts";
import { readText } from "../options/read-text.ts";
import type { TargetFlags } from "../options/shared-options.ts";
import type { Reporter } from "../terminal/reporter.ts";
import { defineCommand } from "./define-command.ts";

const VERSION: Kind = { type: "number", from: 1, to: Number.MAX_SAFE_INTEGER };

export function addStatusCommand(program: Command, reporter: Reporter): void {
  const what = "Say whether a site is up, what it serves and how it is set up.";
  defineCommand(siteCommand(program, "status", what), async (name: string, flags: TargetFlags) => {
    const { showStatus } = await import("../sites/status.ts");
    await showStatus(await clientsOf(flags), name, reporter);
  });
}

export function addListCommand(program: Command, reporter: Reporter): void {
  const command = program.command("list").description("List the sites of the account and region.");
  defineCommand(command, async (flags: TargetFlags) => {
    const { listSites } = await import("../sites/list.ts");
    await listSites(await clientsOf(flags), reporter);
  });
}

export function addOpenCommand(program: Command, reporter: Reporter): void {
  const command = siteCommand(program, "open", "Open a site in the browser.");
  defineCommand(command, async (name: string, flags: TargetFlags) => {
    const { openInBrowser } = await import("../sites/open-in-browser.ts");
    await openInBrowser(await clientsOf(flags), name, reporter);
  });
}

interface LogsFlags extends TargetFlags {
  follow?: boolean;
  /** Milliseconds. */
  since: number;
  errors?: boolean;
}

export function addLogsCommand(program: Command, reporter: Reporter): void {
  const command = siteCommand(program, "logs", "Show the log of a site's function.");
  defineCommand(command, async (name: string, flags: LogsFlags) => {
    const { showLogs } = await import("../sites/logs.ts");
    const { since, follow = false, errors = false } = flags;
    await showLogs(await clientsOf(flags), { site: name, since, follow, errors }, reporter);
  });
}

export function addVersionsCommand(program: Command, reporter: Reporter): void {
  const command = siteCommand(program, "versions", "List the versions of a site that are kept.");
  defineCommand(command, async (name: string, flags: TargetFlags) => {
    const { showVersions } = await import("../sites/versions.ts");
    await showVersions(await clientsOf(flags), name, reporter);
  });
}

interface AskingFlags extends TargetFlags {
  yes?: boolean;
}

export function addRollbackCommand(program: Command, reporter: Reporter): void {
  const command = siteCommand(
    program,
    "rollback",
    "Publish an older version of a site again.",
  ).argument(
    "[version]",
    "its number; by default the one before the current one",
    (text) => readText(VERSION, text) as number,
  );
  defineCommand(command, async (name: string, version: number | undefined, flags: AskingFlags) => {
    const { rollback } = await import("../sites/rollback.ts");
    const request = { site: name, version: version ?? null, yes: flags.yes ?? false };
    await rollback(await clientsOf(flags), request, reporter);
  });
}

export function addRemoveCommand(program: Command, reporter: Reporter): void {
  const command = siteCommand(
    program,
    "remove",
    "Take databases off a site; all others stay.",
  ).argument("<databases...>", "their names on the site");
  defineCommand(command, async (name: string, databases: string[], flags: AskingFlags) => {
    const { removeFromSite } = await import("../sites/remove.ts");
    const request = { site: name, databases, yes: flags.yes ?? false };
    await removeFromSite(await clientsOf(flags), request, reporter);
  });
}

interface DownloadFlags extends TargetFlags {
  at?: number;
  out?: string;
  force?: boolean;
}

export function addDownloadCommand(program: Command, reporter: Reporter): void {
  const command = siteCommand(
    program,
    "download",
    "Write the published databases of a site to files, verified.",
  ).argument("[database]", "its name; by default all of them");
  defineCommand(
    command,
    async (name: string, database: string | undefined, flags: DownloadFlags) => {
      const { download } = await import("../sites/download.ts");
      const { at = null, out = null, force = false } = flags;
      const request = { site: name, database: database ?? null, version: at, out, force };
      await download(await clientsOf(flags), request, reporter);
    },
  );
}

export function addCostCommand(program: Command, reporter: Reporter): void {
  const command = siteCommand(program, "cost", "Estimate what a site costs a month.");
  defineCommand(command, async (name: string, flags: TargetFlags & { requests: number }) => {
    const { showCost } = await import("../sites/cost.ts");
    await showCost(await clientsOf(flags), name, flags.requests, reporter);
  });
}

export function addDoctorCommand(program: Command, reporter: Reporter): void {
  const command = program
    .command("doctor")
    .description("Try what a deployment needs, without changing anything.")
    .argument("[stack-name]", "ask for the permissions that this site needs");
  defineCommand(command, async (site: string | undefined, flags: TargetFlags) => {
    const { examine } = await import("../sites/doctor.ts");
    await examine(await clientsOf(flags), site ?? null, reporter);
  });
}

/** A command about one site, which is its first argument. */
export function siteCommand(program: Command, name: string, description: string): Command {
  return program
    .command(name)
    .description(description)
    .argument("<stack-name>", "the name given to update-stack");
}

export async function clientsOf(
  flags: TargetFlags,
  patience?: AwsTarget["patience"],
): Promise<AwsClients> {
  const { targetOf } = await import("../deploy/target.ts");
  return targetOf(flags, patience);
}
