/** Bytes that can be read from the beginning as often as needed: a file, or what is packed in one. */
import { createReadStream, createWriteStream } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

/** Bytes of one piece: enough for few turns of the event loop, few enough for little garbage at once. */
const PIECE = 64 * 1024;

export interface ByteSource {
  /** As the user knows it: "sales.csv", or "all.zip/sales.csv" for one of several in an archive. */
  name: string;
  /** Where the bytes are a file as they are; null for what is packed. */
  path: string | null;
  open(): AsyncIterable<Buffer>;
}

export function fileSource(name: string, path: string): ByteSource {
  return { name, path, open: () => createReadStream(path, { highWaterMark: PIECE }) };
}

/** The first `length` bytes, fewer where there are no more. */
export async function readStart(source: ByteSource, length: number): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of source.open()) {
    pieces.push(piece);
    size += piece.length;
    if (size >= length) break;
  }
  return Buffer.concat(pieces).subarray(0, length);
}

/** For formats that are not read from front to back: a file with the bytes, unpacked into `folder` first where need be. */
export async function asFile(source: ByteSource, folder: string): Promise<string> {
  if (source.path !== null) return source.path;
  const path = join(folder, `unpacked-${unpacked++}`);
  await pipeline(Readable.from(source.open()), createWriteStream(path));
  return path;
}

let unpacked = 0;
