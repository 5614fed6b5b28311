import type { FileFormat, Format } from "../parameters/page-request.ts";

export function isFileFormat(format: Format): format is FileFormat {
  return format === "xlsx" || format === "parquet";
}
