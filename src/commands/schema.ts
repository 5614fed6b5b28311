import type { Command } from "commander";
import type { Reporter } from "../terminal/reporter.ts";
import { defineCommand } from "./define-command.ts";

/** `dsl schema`: the JSON schema of dsl.yaml, for editors. */
export function addSchemaCommand(program: Command, reporter: Reporter): void {
  const command = program
    .command("schema")
    .description("Print the JSON schema of dsl.yaml, for editors.");
  defineCommand(command, async () => {
    const { projectSchema } = await import("../project-file/schema.ts");
    const schema = projectSchema();
    reporter.result(JSON.stringify(schema, null, 2).split("\n"), { schema });
  });
}
