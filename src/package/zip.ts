/**
 * Writes zip files whose bytes depend only on the names and contents of what is in them: sorted
 * names, one fixed date, one fixed file mode. Contents are streamed, so memory stays small.
 * Format: https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT (no zip64).
 */
import { createReadStream } from "node:fs";
import { type FileHandle, open, rename, rm } from "node:fs/promises";
import { PassThrough, Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { crc32, createDeflateRaw, deflateRawSync } from "node:zlib";
import { DslError } from "../../runtime/core/dsl-error.ts";
import { writeAll } from "../../runtime/core/write-all.ts";

/** Raise it when the writer gives other bytes for the same entries: it is part of package digests. */
export const ZIP_FORMAT = 1;

export interface ZipEntry {
  /** Path inside the zip, with forward slashes. */
  name: string;
  content: Buffer | { file: string };
}

/** Beyond these a zip needs zip64, which nobody needs for a Lambda package (250 MB unzipped). */
const MAX_BYTES = 0xffffffff;
const MAX_ENTRIES = 0xffff;

const STORED = 0;
const DEFLATED = 8;
const LOCAL_HEADER_BYTES = 30;
const UTF8_NAMES = 0x0800;
/** 1980-01-01, the earliest that the format can say. */
const DOS_DATE = 0x0021;
const VERSION = 20;
const MADE_ON_UNIX = 3 << 8;
const FILE_MODE = 0o100644;
/** This much of a file is compressed to learn whether compressing it is worth the time. */
const SAMPLE_BYTES = 256 * 1024;
const WORTH_COMPRESSING = 0.95;

interface Written {
  name: Buffer;
  method: number;
  crc: number;
  compressedSize: number;
  size: number;
  offset: number;
}

/**
 * Writes `entries` to `path`, which appears only when it is complete, and returns its bytes.
 * Throws DslError `zip_too_large`.
 */
export async function writeZip(path: string, entries: readonly ZipEntry[]): Promise<number> {
  if (entries.length > MAX_ENTRIES) {
    throw tooLarge(path, `has ${entries.length} files`);
  }
  const sorted = [...entries].sort((a, b) =>
    Buffer.compare(Buffer.from(a.name), Buffer.from(b.name)),
  );
  const partial = `${path}.${process.pid}.partial`;
  const file = await open(partial, "w");
  try {
    let offset = 0;
    const written: Written[] = [];
    for (const entry of sorted) {
      const record = await writeEntry(file, entry, offset);
      offset += LOCAL_HEADER_BYTES + record.name.length + record.compressedSize;
      if (offset > MAX_BYTES) throw tooLarge(path, "is larger than 4 GB");
      written.push(record);
    }
    const directory = Buffer.concat(written.map(centralHeader));
    const tail = Buffer.concat([
      directory,
      endOfDirectory(written.length, directory.length, offset),
    ]);
    await writeAll(file, tail, offset);
    await file.close();
    await rename(partial, path);
    return offset + tail.length;
  } catch (error) {
    await file.close().catch(() => {});
    await rm(partial, { force: true });
    throw error;
  }
}

/** The header in front of the data has its sizes and checksum, so it is written last. */
async function writeEntry(file: FileHandle, entry: ZipEntry, offset: number): Promise<Written> {
  const name = Buffer.from(entry.name);
  const method = (await isWorthCompressing(entry.content)) ? DEFLATED : STORED;
  const start = offset + LOCAL_HEADER_BYTES + name.length;
  let crc = 0;
  let size = 0;
  let compressedSize = 0;
  await pipeline(
    chunksOf(entry.content),
    async function* (chunks: AsyncIterable<Buffer>) {
      for await (const chunk of chunks) {
        crc = crc32(chunk, crc);
        size += chunk.length;
        yield chunk;
      }
    },
    method === DEFLATED ? createDeflateRaw() : new PassThrough(),
    async (chunks: AsyncIterable<Buffer>) => {
      for await (const chunk of chunks) {
        await writeAll(file, chunk, start + compressedSize);
        compressedSize += chunk.length;
      }
    },
  );
  if (size > MAX_BYTES) throw tooLarge(entry.name, "is larger than 4 GB");
  const written = { name, method, crc, compressedSize, size, offset };
  const header = localHeader(written);
  await writeAll(file, header, offset);
  return written;
}

function chunksOf(content: ZipEntry["content"]): Readable {
  return Buffer.isBuffer(content)
    ? Readable.from(content.length === 0 ? [] : [content])
    : createReadStream(content.file, { highWaterMark: SAMPLE_BYTES });
}

async function isWorthCompressing(content: ZipEntry["content"]): Promise<boolean> {
  const sample = Buffer.isBuffer(content)
    ? content.subarray(0, SAMPLE_BYTES)
    : await startOfFile(content.file);
  return deflateRawSync(sample).length < sample.length * WORTH_COMPRESSING;
}

async function startOfFile(path: string): Promise<Buffer> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(SAMPLE_BYTES), 0, SAMPLE_BYTES, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** What the local and the central header have in common: version needed … extra field length. */
function sharedFields(written: Written): Buffer {
  const fields = Buffer.alloc(26);
  fields.writeUInt16LE(VERSION, 0);
  fields.writeUInt16LE(UTF8_NAMES, 2);
  fields.writeUInt16LE(written.method, 4);
  fields.writeUInt16LE(DOS_DATE, 8);
  fields.writeUInt32LE(written.crc, 10);
  fields.writeUInt32LE(written.compressedSize, 14);
  fields.writeUInt32LE(written.size, 18);
  fields.writeUInt16LE(written.name.length, 22);
  return fields;
}

function localHeader(written: Written): Buffer {
  return Buffer.concat([Buffer.from("PK\x03\x04"), sharedFields(written), written.name]);
}

function centralHeader(written: Written): Buffer {
  const madeBy = Buffer.alloc(2);
  madeBy.writeUInt16LE(MADE_ON_UNIX | VERSION);
  const rest = Buffer.alloc(14);
  rest.writeUInt32LE(FILE_MODE * 0x10000, 6);
  rest.writeUInt32LE(written.offset, 10);
  return Buffer.concat([
    Buffer.from("PK\x01\x02"),
    madeBy,
    sharedFields(written),
    rest,
    written.name,
  ]);
}

function endOfDirectory(entries: number, directoryBytes: number, offset: number): Buffer {
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", "latin1");
  end.writeUInt16LE(entries, 8);
  end.writeUInt16LE(entries, 10);
  end.writeUInt32LE(directoryBytes, 12);
  end.writeUInt32LE(offset, 16);
  return end;
}

function tooLarge(what: string, why: string): DslError {
  return new DslError(
    "zip_too_large",
    `${what} ${why}, which a zip file cannot hold`,
    "use --storage s3, which keeps databases out of the function's package",
  );
}
