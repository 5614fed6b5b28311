/** `dsl convert`: data files of any format → tables of a SQLite database. */
import type { Command } from "commander";
import type { ConvertFlags } from "../options/convert-options.ts";
import type { Reporter } from "../terminal/reporter.ts";
import { defineCommand } from "./define-command.ts";

export function addConvertCommand(program: Command, reporter: Reporter): void {
  const command = program
    .command("convert")
    .description("Turn CSV, JSON, Excel and Parquet files into tables of a SQLite database.")
    .argument("<files...>", "data files, also compressed or in a ZIP");
  defineCommand(command, async (files: string[], flags: ConvertFlags) => {
    const { convertFiles } = await import("../convert/convert-files.ts");
    const { rulesOfFlags } = await import("../convert/rules-of-flags.ts");
    const { output, report = null } = flags;
    await convertFiles({ files, output, reportFile: report, rules: rulesOfFlags(flags) }, reporter);
  });
}
