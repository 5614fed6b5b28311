import type { StorageMode } from "./inputs.ts";
import { LAMBDA_UNZIPPED_LIMIT, tooLargeToEmbed } from "./storage-mode.ts";

/**
 * Throws, for the bytes of the files alone, the DslError that planning would throw for their copies:
 * before gigabytes are copied.
 */
export function checkSizes(wanted: "auto" | StorageMode, bytes: number): void {
  if (wanted === "embed" && bytes > LAMBDA_UNZIPPED_LIMIT) throw tooLargeToEmbed(bytes);
}
