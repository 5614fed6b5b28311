/** `dsl convert`: data files of any format → tables of a SQLite database. */
import type { Command } from "commander";
import type { LoadRules } from "../../runtime/load/model/rules.ts";
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
    const { output, report = null } = flags;
    await convertFiles({ files, output, reportFile: report, rules: rulesOf(flags) }, reporter);
  });
}

function rulesOf(flags: ConvertFlags): LoadRules {
  const fts = flags.fts?.flat();
  return {
    mode: flags.append ? "append" : flags.upsert ? "upsert" : "replace",
    table: flags.table,
    primaryKey: flags.pk,
    types: flags.type,
    foreignKeys: flags.fk,
    fullTextSearch: fts?.length === 1 && fts[0] === "auto" ? "auto" : fts,
    indexes: flags.index,
    header: flags.header,
    encoding: flags.encoding,
    delimiter: flags.delimiter,
  };
}
