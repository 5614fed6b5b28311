/** Which tables a spreadsheet has: a ZIP with the parts of XLSX or ODS in it. */
import { type ByteSource, readStart } from "../bytes/byte-source.ts";
import { LoadError } from "../model/load-error.ts";
import { tableName } from "../model/names.ts";
import type { CsvRules } from "../model/rules.ts";
import type { TableReader } from "../model/table-reader.ts";
import { openOds } from "./ods.ts";
import { SheetTable } from "./sheet-table.ts";
import { openXlsx, type Sheet } from "./xlsx.ts";

export type SpreadsheetKind = "XLSX" | "ODS";

/** Null for a ZIP that is no spreadsheet. */
export async function spreadsheetKind(
  entries: Map<string, ByteSource>,
): Promise<SpreadsheetKind | null> {
  if (entries.has("xl/workbook.xml")) return "XLSX";
  const mimetype = entries.get("mimetype");
  if (mimetype === undefined) return null;
  const type = (await readStart(mimetype, 100)).toString("latin1");
  return type.startsWith("application/vnd.oasis.opendocument.spreadsheet") ? "ODS" : null;
}

/**
 * A table for each sheet with content, named after it, or after the file where it is the only one. Hidden
 * sheets are left out with a warning: who hides one does not expect to publish it. Throws a LoadError.
 */
export async function openSpreadsheet(
  entries: Map<string, ByteSource>,
  file: string,
  kind: SpreadsheetKind,
  rules: CsvRules,
): Promise<{ tables: TableReader[]; warnings: string[] }> {
  const sheets = await (kind === "XLSX" ? openXlsx : openOds)(entries, file);
  const shown: Sheet[] = [];
  const warnings: string[] = [];
  for (const sheet of sheets) {
    if (sheet.isHidden) warnings.push(`The hidden sheet ${sheet.name} in ${file} was left out`);
    else if (await hasRows(sheet)) shown.push(sheet);
  }
  if (shown.length === 0) {
    throw new LoadError(
      "no_tables",
      `There is no sheet with content in ${file}`,
      "check that it is the right file",
    );
  }
  const tables = shown.map(({ name, rows }) => {
    const table = shown.length === 1 ? tableName(file) : name;
    const format = `${kind}, sheet ${name}`;
    return new SheetTable({ name: table, file, format }, rows, rules);
  });
  return { tables, warnings };
}

async function hasRows(sheet: Sheet): Promise<boolean> {
  for await (const rows of sheet.rows([])) if (rows.length > 0) return true;
  return false;
}
