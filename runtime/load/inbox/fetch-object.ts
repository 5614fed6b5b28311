import { open } from "node:fs/promises";
import { eachConcurrently } from "../../core/concurrency.ts";
import type { ObjectStore } from "../../core/store/object-store.ts";
import { writeAll } from "../../core/write-all.ts";

/** Bytes that are fetched at once, and how many times. */
const PIECE = 8 * 1024 * 1024;
const PIECES_AT_ONCE = 4;

/** Writes an object of `size` bytes to a new file, in pieces. False when the object is gone. */
export async function fetchObject(
  store: ObjectStore,
  key: string,
  size: number,
  path: string,
): Promise<boolean> {
  const file = await open(path, "wx");
  let isThere = true;
  try {
    const starts = Array.from({ length: Math.ceil(size / PIECE) }, (_, i) => i * PIECE);
    await eachConcurrently(starts, PIECES_AT_ONCE, async (start) => {
      const piece = await store.getRange(key, start, Math.min(PIECE, size - start));
      if (piece === null) isThere = false;
      else await writeAll(file, piece, start);
    });
  } finally {
    await file.close();
  }
  return isThere;
}
