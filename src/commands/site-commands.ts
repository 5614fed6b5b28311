/** The commands that ask about a deployed site or move it between its versions: `dsl status NAME` … */
import { type Command, InvalidArgumentError } from "commander";
import type { AwsClients } from "../aws/clients.ts";
import { type AwsFlags, addAwsOptions, addOutputOptions } from "../options/common-options.ts";
import { wholeNumber } from "../options/option-values.ts";
import type { Reporter } from "../terminal/reporter.ts";

export interface SiteFlags extends AwsFlags {
  local?: boolean;
}

const VERSIONS = wholeNumber(1, Number.MAX_SAFE_INTEGER);
const DEFAULT_REQUESTS = 100_000;

export function addStatusCommand(program: Command, reporter: Reporter): void {
  siteCommand(
    program,
    "status",
    "Say whether a site is up, what it serves and how it is set up.",
  ).action(async (name: string, flags: SiteFlags) => {
    const { showStatus } = await import("../sites/status.ts");
    await showStatus(await clientsOf(flags), name, reporter);
  });
}

export function addListCommand(program: Command, reporter: Reporter): void {
  const command = program.command("list").description("List the sites of the account and region.");
  targetOptions(command).action(async (flags: SiteFlags) => {
    const { listSites } = await import("../sites/list.ts");
    await listSites(await clientsOf(flags), reporter);
  });
}

export function addOpenCommand(program: Command, reporter: Reporter): void {
  siteCommand(program, "open", "Open a site in the browser.").action(
    async (name: string, flags: SiteFlags) => {
      const { openInBrowser } = await import("../sites/open-in-browser.ts");
      await openInBrowser(await clientsOf(flags), name, reporter);
    },
  );
}

export function addLogsCommand(program: Command, reporter: Reporter): void {
  siteCommand(program, "logs", "Show the log of a site's function.")
    .option("-f, --follow", "go on until Ctrl-C")
    .option("--since <duration>", "how far back: 30s, 10m, 2h or 7d", duration, 3_600_000)
    .option("--errors", "only errors")
    .action(
      async (
        name: string,
        flags: SiteFlags & { follow?: boolean; since: number; errors?: boolean },
      ) => {
        const { showLogs } = await import("../sites/logs.ts");
        const { since, follow = false, errors = false } = flags;
        await showLogs(await clientsOf(flags), { site: name, since, follow, errors }, reporter);
      },
    );
}

export function addVersionsCommand(program: Command, reporter: Reporter): void {
  siteCommand(program, "versions", "List the versions of a site that are kept.").action(
    async (name: string, flags: SiteFlags) => {
      const { showVersions } = await import("../sites/versions.ts");
      await showVersions(await clientsOf(flags), name, reporter);
    },
  );
}

export function addRollbackCommand(program: Command, reporter: Reporter): void {
  siteCommand(program, "rollback", "Publish an older version of a site again.")
    .argument("[version]", "its number; by default the one before the current one", VERSIONS)
    .option("-y, --yes", "do not ask")
    .action(
      async (name: string, version: number | undefined, flags: SiteFlags & { yes?: boolean }) => {
        const { rollback } = await import("../sites/rollback.ts");
        await rollback(
          await clientsOf(flags),
          { site: name, version: version ?? null, yes: flags.yes ?? false },
          reporter,
        );
      },
    );
}

export function addRemoveCommand(program: Command, reporter: Reporter): void {
  siteCommand(program, "remove", "Take databases off a site; all others stay.")
    .argument("<databases...>", "their names on the site")
    .option("-y, --yes", "do not ask")
    .action(async (name: string, databases: string[], flags: SiteFlags & { yes?: boolean }) => {
      const { removeFromSite } = await import("../sites/remove.ts");
      const request = { site: name, databases, yes: flags.yes ?? false };
      await removeFromSite(await clientsOf(flags), request, reporter);
    });
}

export function addDownloadCommand(program: Command, reporter: Reporter): void {
  siteCommand(program, "download", "Write the published databases of a site to files, verified.")
    .argument("[database]", "its name; by default all of them")
    .option(
      "--at <version>",
      "an older version, by its number (default: the current one)",
      VERSIONS,
    )
    .option("-o, --out <path>", "folder, or file for one database (default: the current folder)")
    .option("--force", "replace files that are there")
    .action(
      async (
        name: string,
        database: string | undefined,
        flags: SiteFlags & { at?: number; out?: string; force?: boolean },
      ) => {
        const { download } = await import("../sites/download.ts");
        await download(
          await clientsOf(flags),
          {
            site: name,
            database: database ?? null,
            version: flags.at ?? null,
            out: flags.out ?? null,
            force: flags.force ?? false,
          },
          reporter,
        );
      },
    );
}

export function addCostCommand(program: Command, reporter: Reporter): void {
  siteCommand(program, "cost", "Estimate what a site costs a month.")
    .option(
      "--requests <number>",
      "requests a month: pages, API calls, files",
      wholeNumber(0, 1e12),
      DEFAULT_REQUESTS,
    )
    .action(async (name: string, flags: SiteFlags & { requests: number }) => {
      const { showCost } = await import("../sites/cost.ts");
      await showCost(await clientsOf(flags), name, flags.requests, reporter);
    });
}

export function addDoctorCommand(program: Command, reporter: Reporter): void {
  const command = program
    .command("doctor")
    .description("Try what a deployment needs, without changing anything.");
  targetOptions(command).action(async (flags: SiteFlags) => {
    const { examine } = await import("../sites/doctor.ts");
    await examine(await clientsOf(flags), reporter);
  });
}

export function siteCommand(program: Command, name: string, description: string): Command {
  const command = program
    .command(name)
    .description(description)
    .argument("<stack-name>", "the name given to update-stack");
  return targetOptions(command);
}

function targetOptions(command: Command): Command {
  command.option("--local", "on the local AWS");
  addAwsOptions(command);
  return addOutputOptions(command);
}

export async function clientsOf(flags: SiteFlags): Promise<AwsClients> {
  const { targetOf } = await import("../deploy/target.ts");
  return targetOf(flags);
}

const UNITS: Record<string, number> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** "90s", "10m", "2h", "7d" → milliseconds. */
function duration(text: string): number {
  const [, number, unit = ""] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  if (number === undefined) {
    throw new InvalidArgumentError("It must be a number and a unit, such as 30s, 10m, 2h or 7d.");
  }
  return Number(number) * UNITS[unit]!;
}
