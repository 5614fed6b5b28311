/** What a file is, from its first bytes; its name only where these leave it open. */
import { LoadError } from "./model/load-error.ts";

export type Format = "sqlite" | "gzip" | "zstd" | "zip" | "parquet" | "json" | "csv";

/** Bytes that `detectFormat` looks at. */
export const FORMAT_SAMPLE = 4096;

const MAGIC: [bytes: string, format: Format][] = [
  ["SQLite format 3\0", "sqlite"],
  ["\x1f\x8b", "gzip"],
  ["\x28\xb5\x2f\xfd", "zstd"],
  ["PK\x03\x04", "zip"],
  ["PK\x05\x06", "zip"],
  ["PAR1", "parquet"],
];

/** What people try as well, and what to do about it. */
const OTHERS: [bytes: string, kind: string, hint: string][] = [
  [
    "\xd0\xcf\x11\xe0",
    "an old Microsoft Office file",
    "open it in a spreadsheet program and save it as .xlsx",
  ],
  ["%PDF", "a PDF document", "copy its tables into a spreadsheet, or ask its author for the data"],
  ["\xfd7zXZ", "an xz archive", "unpack it first: xz -d"],
  ["BZh", "a bzip2 archive", "unpack it first: bzip2 -d"],
  ["7z\xbc\xaf", "a 7-Zip archive", "unpack it first"],
  ["\x89PNG", "a picture", "name a file with data"],
  ["\xff\xd8\xff", "a picture", "name a file with data"],
  ["ARROW1", "an Arrow file", "write it as Parquet or CSV"],
  ["Obj\x01", "an Avro file", "write it as Parquet or CSV"],
];

/** Throws a LoadError for a file that is empty or none of what can be loaded. */
export function detectFormat(start: Buffer, name: string): Format {
  if (start.length === 0) {
    throw new LoadError(
      "empty_file",
      `${name} is empty`,
      "check the path, or wait until the file is written",
    );
  }
  const latin1 = start.toString("latin1");
  const known = MAGIC.find(([bytes]) => latin1.startsWith(bytes));
  if (known !== undefined) return known[1];
  const other = OTHERS.find(([bytes]) => latin1.startsWith(bytes));
  if (other !== undefined) throw notATable(name, `it is ${other[1]}`, other[2]);
  return textFormat(start, name);
}

function textFormat(start: Buffer, name: string): Format {
  const isWide = /^(\xff\xfe|\xfe\xff)/.test(start.toString("latin1", 0, 2));
  const text = start
    .toString(isWide ? "utf16le" : "utf8")
    .replace(/^\ufeff/, "")
    .trimStart();
  const ending = /\.(\w+)$/.exec(name)?.[1]?.toLowerCase() ?? "";
  if (/^(json|geojson|ndjson|jsonl)$/.test(ending)) return "json";
  if (/^(csv|tsv|tab|psv|txt)$/.test(ending)) return "csv";
  if (/^<(!doctype html|html|head|body)/i.test(text)) {
    throw notATable(
      name,
      "it is an HTML page, perhaps an error page saved by a download",
      "download the file again",
    );
  }
  if (/^<\?xml|^<\w/.test(text))
    throw notATable(name, "it is XML", "write its records as CSV or JSON");
  if (text.startsWith("version https://git-lfs")) {
    throw notATable(
      name,
      "it is a Git LFS pointer, which stands for a file that was not fetched",
      "git lfs pull",
    );
  }
  if (/^[{[]/.test(text)) return "json";
  if (!isWide && controlCharacters(start) > start.length / 50 && !looksUtf16(start)) {
    throw notATable(
      name,
      "its bytes are no text",
      "name a file with data: CSV, JSON, XLSX, ODS, Parquet, SQLite",
    );
  }
  return "csv";
}

function controlCharacters(start: Buffer): number {
  return start.filter((byte) => byte < 9 || (byte > 13 && byte < 32)).length;
}

function looksUtf16(start: Buffer): boolean {
  const zeros = [0, 0];
  for (let i = 0; i < start.length; i++) if (start[i] === 0) zeros[i % 2] = (zeros[i % 2] ?? 0) + 1;
  const [even = 0, odd = 0] = zeros;
  return Math.max(even, odd) > start.length / 8 && Math.min(even, odd) < start.length / 50;
}

function notATable(name: string, what: string, hint: string): LoadError {
  return new LoadError("not_a_table", `${name} cannot become a table: ${what}`, hint);
}
