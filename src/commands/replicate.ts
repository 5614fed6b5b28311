/** `dsl replicate databases… --to PLACE` and `dsl restore PLACE -o FILE`: copies without a site. */
import type { Command } from "commander";
import { DslError } from "../../runtime/core/dsl-error.ts";
import type { ReplicateFlags, RestoreFlags } from "../options/replicate-options.ts";
import { databasesFor } from "../project-file/project-databases.ts";
import type { Reporter } from "../terminal/reporter.ts";
import { defineCommand, type Given } from "./define-command.ts";

export function addReplicateCommand(program: Command, reporter: Reporter): void {
  const command = program
    .command("replicate")
    .description("Keep all versions of live databases in a bucket or folder, without a site.")
    .argument(
      "[databases...]",
      "SQLite files, and directories whose databases are followed as they come",
    );
  defineCommand(command, async (typed: string[], flags: ReplicateFlags, { project }: Given) => {
    const { replicate, showReplicas } = await import("../replicas/replicate.ts");
    if (flags.status) return showReplicas(reporter);
    const { replicateRequest } = await import("../replicas/replicate-request.ts");
    const { targetOf } = await import("../deploy/target.ts");
    const databases = databasesFor({ databases: typed, alias: flags.alias }, project);
    const request = await replicateRequest(databases, flags, reporter);
    const patience = request.once ? undefined : "short";
    await replicate((access) => targetOf(flags, patience, access), request, reporter);
  });
}

export function addRestoreCommand(program: Command, reporter: Reporter): void {
  const command = program
    .command("restore")
    .description("Write a version of a replica to a file, verified.")
    .argument("<replica>", "s3://bucket/path or file:///folder, as dsl replicate names it");
  defineCommand(command, async (from: string, flags: RestoreFlags) => {
    const { targetOf } = await import("../deploy/target.ts");
    const { credentialsOfEnvironment } = await import("../replicas/litestream-config.ts");
    const connect = () => targetOf(flags, undefined, credentialsOfEnvironment(process.env));
    const { out, version, at, list, force = false } = flags;
    if (list) {
      const { listVersions } = await import("../replicas/list-versions.ts");
      return listVersions(connect, from, reporter);
    }
    if (out === undefined) {
      const hint = `dsl restore ${from} -o FILE; --list shows which versions there are`;
      throw new DslError("usage", "Nothing says which file to write", hint, { exitCode: 2 });
    }
    const { restoreReplica } = await import("../replicas/restore.ts");
    const which = version !== undefined ? { version } : at !== undefined ? { at } : null;
    await restoreReplica(connect, { from, out, which, force }, reporter);
  });
}
