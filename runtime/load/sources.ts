/** From the files that a user names to the tables in them. */
import { basename } from "node:path";
import { asFile, type ByteSource, fileSource, readStart } from "./bytes/byte-source.ts";
import { decompressed } from "./bytes/decompress.ts";
import { openZip } from "./bytes/zip.ts";
import { openCsv } from "./csv/csv-table.ts";
import { detectFormat, FORMAT_SAMPLE } from "./format.ts";
import { openJson } from "./json/json-table.ts";
import { LoadError } from "./model/load-error.ts";
import type { CsvRules } from "./model/rules.ts";
import type { TableReader } from "./model/table-reader.ts";
import { openParquet } from "./parquet/parquet-table.ts";
import { openSpreadsheet, spreadsheetKind } from "./sheet/open-spreadsheet.ts";

export interface SourceFile {
  /** As the user knows it: names of tables come from it. */
  name: string;
  /** Where the bytes are. */
  path: string;
}

/** What the files hold; `close` when it has been read. */
export interface OpenedSources {
  tables: TableReader[];
  /** SQLite files, whose tables are copied as they are. */
  databases: { name: string; path: string }[];
  warnings: string[];
  close(): void;
}

/** Archives in archives in archives are no set of tables. */
const MAX_DEPTH = 3;
/** Files in a ZIP that are read; others are left out with a warning. */
const DATA_FILE =
  /\.(csv|tsv|tab|psv|json|ndjson|jsonl|geojson|xlsx|xlsm|ods|parquet|pq|db|sqlite3?)(\.(gz|zst))?$/i;

/**
 * Opens files of any format. `folder` takes what has to be unpacked before it can be read. Throws a
 * LoadError for the first that cannot be read.
 */
export async function openSources(
  files: readonly SourceFile[],
  rules: CsvRules,
  folder: string,
): Promise<OpenedSources> {
  const opener = new Opener(rules, folder);
  try {
    for (const { name, path } of files) await opener.open(fileSource(name, path), 1);
    return opener;
  } catch (error) {
    opener.close();
    throw error;
  }
}

class Opener implements OpenedSources {
  readonly tables: TableReader[] = [];
  readonly databases: { name: string; path: string }[] = [];
  readonly warnings: string[] = [];
  readonly #rules: CsvRules;
  readonly #folder: string;
  readonly #closers: (() => void)[] = [];

  constructor(rules: CsvRules, folder: string) {
    this.#rules = rules;
    this.#folder = folder;
  }

  close(): void {
    for (const close of this.#closers.splice(0)) close();
  }

  async open(source: ByteSource, depth: number): Promise<void> {
    const format = detectFormat(await readStart(source, FORMAT_SAMPLE), source.name);
    if ((format === "gzip" || format === "zstd") && depth <= MAX_DEPTH) {
      return this.open(decompressed(source, format), depth + 1);
    }
    if (format === "zip" && depth <= MAX_DEPTH) return this.#openZip(source, depth);
    if (format === "gzip" || format === "zstd" || format === "zip") throw tooDeep(source.name);
    if (format === "csv") this.tables.push(await openCsv(source, this.#rules));
    else if (format === "json") this.tables.push(...(await openJson(source, this.#rules)));
    else if (format === "parquet") {
      const path = await asFile(source, this.#folder);
      this.tables.push(await openParquet(path, source.name));
    } else if (format === "sqlite") {
      this.databases.push({ name: source.name, path: await asFile(source, this.#folder) });
    }
  }

  async #openZip(source: ByteSource, depth: number): Promise<void> {
    const path = await asFile(source, this.#folder);
    const zip = await openZip(path, source.name);
    this.#closers.push(() => zip.close());
    const kind = await spreadsheetKind(zip.entries);
    if (kind !== null) {
      const { tables, warnings } = await openSpreadsheet(
        zip.entries,
        source.name,
        kind,
        this.#rules,
      );
      this.tables.push(...tables);
      this.warnings.push(...warnings);
      return;
    }
    let found = 0;
    for (const [name, entry] of zip.entries) {
      if (/^__MACOSX\/|(^|\/)\./.test(name)) continue;
      if (!DATA_FILE.test(name)) {
        this.warnings.push(
          `${name} in ${basename(source.name)} was left out: its name is none of a data file`,
        );
        continue;
      }
      found++;
      await this.open(entry, depth + 1);
    }
    if (found === 0) throw nothingInside(source.name);
  }
}

function tooDeep(name: string): LoadError {
  return new LoadError(
    "nested_archives",
    `${name} is an archive in archives`,
    "unpack it and name what comes out",
  );
}

function nothingInside(name: string): LoadError {
  return new LoadError(
    "no_tables",
    `There is no data file in ${name}`,
    "unpack it and name the files that are tables",
  );
}
