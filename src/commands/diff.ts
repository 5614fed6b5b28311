import type { Command } from "commander";
import type { UpdateFlags } from "../options/update-options.ts";
import type { Reporter } from "../terminal/reporter.ts";
import { defineCommand, type Given } from "./define-command.ts";
import { clientsOf } from "./site-commands.ts";
import { updateRequest } from "./update-arguments.ts";

/**
 * `dsl diff NAME databases...`: what update-stack with the same arguments would change. `dsl diff NAME 6 7`:
 * what differs between two versions that were published; no database is called by a number alone.
 */
export function addDiffCommand(program: Command, reporter: Reporter): void {
  const command = program
    .command("diff")
    .description(
      "Say what update-stack with the same arguments would change, or what two versions differ in.",
    )
    .argument("<stack-name>", "the name given to update-stack")
    .argument("[databases...]", "as for update-stack; or one or two numbers of versions");
  type Flags = UpdateFlags & { exitCode?: boolean };
  defineCommand(command, async (site: string, databases: string[], flags: Flags, given: Given) => {
    const versions = versionNumbers(databases);
    if (versions !== null) {
      const { diffVersions } = await import("../sites/diff-versions.ts");
      const [from, to = null] = versions;
      const failIfDifferent = flags.exitCode ?? false;
      await diffVersions(await clientsOf(flags), { site, from, to, failIfDifferent }, reporter);
      return;
    }
    const { showDifferences } = await import("../sites/diff.ts");
    const request = updateRequest(site, databases, flags, given);
    await showDifferences(request, flags.exitCode ?? false, reporter);
  });
}

/** null where databases are named, or nothing is. */
function versionNumbers(names: readonly string[]): [number, number?] | null {
  const [from, to, ...more] = names;
  if (from === undefined || more.length > 0 || !names.every((name) => /^\d{1,10}$/.test(name))) {
    return null;
  }
  return to === undefined ? [Number(from)] : [Number(from), Number(to)];
}
