/** What a file that is not a SQLite database looks like, so that the message can say so. */

const TEXT_SAMPLE = 512;
/** Random bytes reach about 7.95 bits a byte in a sample of 4 KiB; machine code and text stay below 7. */
const ENCRYPTED_ENTROPY = 7.5;

const MAGIC: [offset: number, bytes: string, kind: string][] = [
  [0, "PK\u0003\u0004", "a ZIP archive (or an Excel workbook)"],
  [0, "\u001f\u008b", "a gzip archive"],
  [0, "\u0028\u00b5\u002f\u00fd", "a zstd archive"],
  [0, "\u00fd7zXZ", "an xz archive"],
  [0, "BZh", "a bzip2 archive"],
  [0, "7z\u00bc\u00af", "a 7-Zip archive"],
  [0, "PAR1", "a Parquet file"],
  [8, "DUCK", "a DuckDB database"],
  [4, "Standard Jet DB", "a Microsoft Access database"],
  [4, "Standard ACE DB", "a Microsoft Access database"],
  [0, "\u00d0\u00cf\u0011\u00e0", "an old Microsoft Office file"],
  [0, "** This file contains an SQLite 2", "a database of SQLite 2"],
  [0, "7\u007f\u0006\u0082", "the write-ahead log of a SQLite database"],
  [0, "7\u007f\u0006\u0083", "the write-ahead log of a SQLite database"],
  [0, "\u00d9\u00d5\u0005\u00f9 \u00a1c\u00d7", "the rollback journal of a SQLite database"],
  [0, "%PDF", "a PDF document"],
];

/** Describes the file that begins with these bytes ("a CSV file"), or null when nothing fits. */
export function describeFileKind(start: Buffer): string | null {
  const latin1 = start.toString("latin1");
  for (const [offset, bytes, kind] of MAGIC) {
    if (latin1.startsWith(bytes, offset)) return kind;
  }
  if (start.subarray(0, TEXT_SAMPLE).every((byte) => byte === 0)) return "a file full of zeros";
  return isText(start) ? describeText(start.toString("utf8").trimStart()) : null;
}

/** True for bytes that look like noise and belong to no known kind: what encryption leaves. */
export function looksEncrypted(start: Buffer, fileSize: number): boolean {
  // Encrypting SQLite variants (SQLCipher, SEE …) encrypt page by page; 512 is the smallest page.
  if (fileSize % 512 !== 0 || start.length < 512 || describeFileKind(start) !== null) return false;
  return entropy(start) >= ENCRYPTED_ENTROPY * Math.min(1, start.length / 4096);
}

function isText(start: Buffer): boolean {
  return start.subarray(0, TEXT_SAMPLE).every((byte) => byte >= 0x20 || (byte >= 9 && byte <= 13));
}

function describeText(text: string): string {
  if (text.startsWith("version https://git-lfs")) {
    return "a Git LFS pointer, which stands for a file that was not fetched";
  }
  if (/^<(!doctype html|html|head|body)/i.test(text)) {
    return "an HTML page, perhaps an error page saved by a download";
  }
  if (/^<\?xml/.test(text)) return "an XML file";
  if (/^[[{]/.test(text)) return "a JSON file";
  if (/^(--|\/\*|pragma\b|begin\b|create\b|insert\b)/i.test(text))
    return "SQL text, such as a dump";
  const firstLine = text.split(/\r?\n/, 1)[0] ?? "";
  if (firstLine.includes("\t")) return "a tab-separated file";
  if (/[,;]/.test(firstLine)) return "a CSV file";
  return "a text file";
}

/** Bits a byte, 0 to 8. */
function entropy(bytes: Buffer): number {
  const counts = new Array<number>(256).fill(0);
  for (const byte of bytes) counts[byte] = (counts[byte] ?? 0) + 1;
  return counts
    .filter((count) => count > 0)
    .map((count) => count / bytes.length)
    .reduce((sum, share) => sum - share * Math.log2(share), 0);
}
