import { Argument, type Command } from "commander";
import type { PublishFlags } from "../datasette-publish/translate.ts";
import { HOSTS, type Host } from "../options/publish-options.ts";
import type { Reporter } from "../terminal/reporter.ts";
import { defineCommand } from "./define-command.ts";

/** `dsl publish HOST databases...`: with the flags of `datasette publish HOST`. */
export function addPublishCommand(program: Command, reporter: Reporter): void {
  const command = program
    .command("publish")
    .description("Publish with the flags of datasette publish, and print the dsl.yaml for it.")
    .addArgument(new Argument("<host>", "where it was published before").choices(HOSTS))
    .argument("<files...>", "SQLite files");
  defineCommand(command, async (host: Host, files: string[], flags: PublishFlags) => {
    const { publish } = await import("../datasette-publish/publish.ts");
    await publish(host, files, flags, reporter);
  });
}
