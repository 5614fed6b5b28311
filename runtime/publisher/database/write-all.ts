import { writeSync } from "node:fs";

/**
 * Writes all of `bytes` at `position`. The operating system may take a part only, as it does where a disk has
 * room for that part; the rest then fails. Throws the system's errors.
 */
export function writeAll(file: number, bytes: Uint8Array, position: number): void {
  for (let done = 0; done < bytes.length; ) {
    done += writeSync(file, bytes, done, bytes.length - done, position + done);
  }
}
