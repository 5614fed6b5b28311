/** `dsl convert`: data files of any format → tables of a SQLite database. */
import { type Command, Option } from "commander";
import type { LoadRules } from "../../runtime/load/model/rules.ts";
import { addOutputOptions } from "../options/common-options.ts";
import { repeated } from "../options/option-values.ts";
import type { Reporter } from "../terminal/reporter.ts";
import { columnList, columnType, delimiter, foreignKey } from "./load-values.ts";

interface Flags {
  output: string;
  append?: boolean;
  upsert?: boolean;
  table?: string;
  pk?: string[];
  type?: LoadRules["types"];
  fk?: LoadRules["foreignKeys"];
  fts?: string[][];
  index?: string[][];
  header?: boolean;
  encoding?: string;
  delimiter?: string;
  report?: string;
}

export function addConvertCommand(program: Command, reporter: Reporter): void {
  const command = program
    .command("convert")
    .description("Turn CSV, JSON, Excel and Parquet files into tables of a SQLite database.")
    .argument("<files...>", "data files, also compressed or in a ZIP")
    .requiredOption("-o, --output <file>", "the database to make, or to bring the tables into")
    .addOption(new Option("--append", "add rows to tables that are there").conflicts("upsert"))
    .addOption(new Option("--upsert", "replace rows with the same --pk, add the others"))
    .option("--table <name>", "put all rows into this table")
    .option("--pk <column>", "primary key (repeatable)", repeated)
    .option("--type <column=type>", "INTEGER, REAL, TEXT or BLOB (repeatable)", columnType)
    .option("--fk <column=table.column>", "foreign key (repeatable)", foreignKey)
    .option("--fts <columns>", 'full-text search: columns, or "auto" (repeatable)', columnList)
    .option("--index <columns>", "index on columns, separated by commas (repeatable)", columnList)
    .option("--header", "the first row of CSV names columns")
    .option("--no-header", "the first row of CSV is data")
    .option("--encoding <name>", "encoding of text, such as windows-1252")
    .option("--delimiter <character>", 'what divides cells of CSV, such as ";" or tab', delimiter)
    .option("--report <file>", "write what was decided to a JSON file");
  addOutputOptions(command);
  command.action(async (files: string[], flags: Flags) => {
    const { convertFiles } = await import("../convert/convert-files.ts");
    const { output, report = null } = flags;
    await convertFiles({ files, output, reportFile: report, rules: rulesOf(flags) }, reporter);
  });
}

function rulesOf(flags: Flags): LoadRules {
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
