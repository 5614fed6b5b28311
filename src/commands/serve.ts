/** `dsl serve`: the same site as on Lambda, from local files. Flags are spelled as in `datasette serve`. */
import { availableParallelism } from "node:os";
import { resolve } from "node:path";
import type { Command } from "commander";
import { mountsOf, settingsOf } from "../options/content-options.ts";
import type { ServeFlags } from "../options/serve-options.ts";
import { databasesFor } from "../project-file/project-databases.ts";
import type { Reporter } from "../terminal/reporter.ts";
import { defineCommand, type Given } from "./define-command.ts";

export function addServeCommand(program: Command, reporter: Reporter): void {
  const command = program
    .command("serve")
    .description("Serve databases on this machine, without AWS.")
    .argument("[files...]", "SQLite files, or a directory with databases and configuration")
    .helpOption("--help", "display help for command");
  defineCommand(command, async (typed: string[], flags: ServeFlags, given: Given) => {
    // Read by better-sqlite3 when it is loaded: file names may then be URLs with parameters.
    process.env.SQLITE_USE_URI = "1";
    const { serveSite } = await import("../serve/serve-site.ts");
    const { databases, alias } = databasesFor(
      { databases: typed, alias: [] },
      flags.immutable.length === 0 ? given.project : null,
    );
    const collectFile = flags.collect ?? null;
    const { readDataFileRules } = await import("../convert/rules-of-flags.ts");
    const content = {
      paths: collectFile === null ? databases : withFile(databases, collectFile),
      alias,
      immutable: flags.immutable,
      config: flags.config ?? null,
      metadata: flags.metadata ?? null,
      inspectFile: flags.inspectFile ?? null,
      settings: settingsOf(flags),
      flags: {
        cors: flags.cors ?? false,
        crossdb: flags.crossdb ?? false,
        defaultDeny: flags.defaultDeny ?? false,
      },
      memory: flags.memory ?? false,
      nolock: flags.nolock ?? false,
      mounts: mountsOf(flags.static),
      dataFiles: await readDataFileRules(flags),
    };
    const publicMetrics = flags.metrics ?? false;
    const { host, port, allowedHosts, open = false, get = null, reload = false } = flags;
    const { actor = null } = flags;
    const workers = flags.workers ?? defaultWorkers(flags.setting);
    // For a person who watches; where output is collected, it would only grow.
    const logRequests = process.stderr.isTTY === true;
    await serveSite(
      content,
      {
        host,
        port,
        allowedHosts,
        publicMetrics,
        open,
        actor,
        get,
        reload,
        logRequests,
        workers,
        collectFile,
      },
      reporter,
    );
  });
}

/** The database of events is served with the others. */
function withFile(paths: readonly string[], file: string): string[] {
  return paths.some((path) => resolve(path) === resolve(file)) ? [...paths] : [...paths, file];
}

/** Datasette's name for it, where that is given. With one core, too, a slow query holds up nobody. */
function defaultWorkers({ num_sql_threads: threads }: Record<string, string>): number {
  const wanted = Number(threads);
  return wanted >= 1 ? Math.floor(wanted) : Math.max(2, availableParallelism());
}
