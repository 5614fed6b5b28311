import type { Command } from "commander";
import type { Reporter } from "../terminal/reporter.ts";
import { defineCommand } from "./define-command.ts";

/** `dsl init`: writes dsl.yaml, asking where somebody can answer, or changes the one that is here. */
export function addInitCommand(program: Command, reporter: Reporter): void {
  const command = program
    .command("init")
    .description("Write dsl.yaml, the options of a site in a file, or change the one that is here.")
    .argument("[databases...]", "SQLite and data files; by default those in this folder");
  defineCommand(command, async (databases: string[], flags: Record<string, unknown>) => {
    const { initProject } = await import("../init/init-project.ts");
    await initProject(databases, flags, reporter);
  });
}
