/** `dsl serve`: the same site as on Lambda, from local files. Flags are spelled as in `datasette serve`. */
import { availableParallelism } from "node:os";
import type { Command } from "commander";
import type { StaticMount } from "../../runtime/core/format/mounts.ts";
import { addOutputOptions } from "../options/common-options.ts";
import { repeated, wholeNumber } from "../options/option-values.ts";
import { settingOption } from "../options/setting-option.ts";
import { staticOption } from "../options/static-option.ts";
import type { Reporter } from "../terminal/reporter.ts";

interface Flags {
  immutable?: string[];
  host: string;
  port: number;
  allowedHosts?: string[];
  config?: string;
  metadata?: string;
  inspectFile?: string;
  setting: Record<string, string>;
  static?: StaticMount[];
  cors?: boolean;
  crossdb?: boolean;
  memory?: boolean;
  defaultDeny?: boolean;
  nolock?: boolean;
  open?: boolean;
  reload?: boolean;
  workers?: number;
  get?: string;
}

/** `a.example,b.example` */
function nameList(text: string): string[] {
  return text
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
}

export function addServeCommand(program: Command, reporter: Reporter): void {
  const command = program
    .command("serve")
    .description("Serve databases on this machine, without AWS.")
    .argument("[files...]", "SQLite files, or a directory with databases and configuration")
    .helpOption("--help", "display help for command")
    .option("-i, --immutable <file>", "a file that does not change (repeatable)", repeated)
    .option("-h, --host <host>", "address to listen on", "127.0.0.1")
    .option("-p, --port <port>", "port, 0 for any free one", wholeNumber(0, 65_535), 8001)
    .option(
      "--allowed-hosts <names>",
      "names that are answered beside this machine's own, with commas between",
      nameList,
    )
    .option("-c, --config <file>", "Datasette configuration, YAML or JSON")
    .option("-m, --metadata <file>", "Datasette metadata, YAML or JSON")
    .addOption(settingOption())
    .addOption(staticOption())
    .option("--inspect-file <file>", "counts and hashes that `datasette inspect` wrote")
    .option("--cors", "let pages of other sites read the JSON")
    .option("--crossdb", "let queries join tables of several databases, in _memory")
    .option("--memory", "serve an empty database _memory, too")
    .option("--default-deny", "serve only what the configuration allows")
    .option("--nolock", "read files that another program keeps locked")
    .option("--workers <count>", "threads that answer (default: cores)", wholeNumber(1, 64))
    .option("--reload", "take over other configuration, and databases that come or go")
    .option("-o, --open", "open the site in a browser")
    .option("--get <path>", "print what a GET of this path answers, and end");
  addOutputOptions(command);
  command.action(async (paths: string[], flags: Flags) => {
    // Read by better-sqlite3 when it is loaded: file names may then be URLs with parameters.
    process.env.SQLITE_USE_URI = "1";
    const { serveSite } = await import("../serve/serve-site.ts");
    const content = {
      paths,
      immutable: flags.immutable ?? [],
      configFile: flags.config ?? null,
      metadataFile: flags.metadata ?? null,
      inspectFile: flags.inspectFile ?? null,
      settings: flags.setting,
      flags: {
        cors: flags.cors ?? false,
        crossdb: flags.crossdb ?? false,
        defaultDeny: flags.defaultDeny ?? false,
      },
      memory: flags.memory ?? false,
      nolock: flags.nolock ?? false,
      mounts: flags.static ?? [],
    };
    const { host, port, allowedHosts = [], open = false, get = null, reload = false } = flags;
    const workers = flags.workers ?? defaultWorkers(flags.setting);
    // For a person who watches; where output is collected, it would only grow.
    const logRequests = process.stderr.isTTY === true;
    await serveSite(
      content,
      { host, port, allowedHosts, open, get, reload, logRequests, workers },
      reporter,
    );
  });
}

/** Datasette's name for it, where that is given. With one core, too, a slow query holds up nobody. */
function defaultWorkers({ num_sql_threads: threads }: Record<string, string>): number {
  const wanted = Number(threads);
  return wanted >= 1 ? Math.floor(wanted) : Math.max(2, availableParallelism());
}
