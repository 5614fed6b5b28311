/**
 * Writing all of it. On a disk that is nearly full a write takes a part and is no error; the next one then says why
 * (https://man7.org/linux/man-pages/man2/write.2.html). `position` null: behind what was written last.
 */
import { writeSync } from "node:fs";
import type { FileHandle } from "node:fs/promises";

export async function writeAll(
  file: FileHandle,
  bytes: Uint8Array,
  position: number | null = null,
): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const at = position === null ? null : position + done;
    done += (await file.write(bytes, done, bytes.length - done, at)).bytesWritten;
  }
}

export function writeAllSync(file: number, bytes: Uint8Array, position: number): void {
  for (let done = 0; done < bytes.length; ) {
    done += writeSync(file, bytes, done, bytes.length - done, position + done);
  }
}
