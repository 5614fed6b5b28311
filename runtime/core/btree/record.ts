/** Values as SQLite stores them. https://www.sqlite.org/fileformat2.html#record_format */
import type { SqlValue } from "../sqlite/values.ts";
import { DamagedDatabase, type PageFile, viewOf } from "./page-file.ts";

/** A whole number of up to nine bytes, and where it ends. */
export function readVarint(bytes: Uint8Array, at: number): [value: bigint, end: number] {
  let value = 0n;
  for (let i = 0; i < 8; i++) {
    const byte = byteAt(bytes, at + i);
    value = (value << 7n) | BigInt(byte & 0x7f);
    if (byte < 0x80) return [value, at + i + 1];
  }
  value = (value << 8n) | BigInt(byteAt(bytes, at + 8));
  return [BigInt.asIntN(64, value), at + 9];
}

/** The same for sizes. */
export function readSize(bytes: Uint8Array, at: number): [value: number, end: number] {
  const [value, end] = readVarint(bytes, at);
  if (value < 0n || value > 0x7fffffffn) throw new DamagedDatabase("a size is too large");
  return [Number(value), end];
}

/** At most `most` values of a record. */
export function readRecord(
  bytes: Uint8Array,
  encoding: PageFile["encoding"],
  most = Number.POSITIVE_INFINITY,
): SqlValue[] {
  const [headerSize, start] = readSize(bytes, 0);
  if (headerSize > bytes.length) throw new DamagedDatabase("a record is cut off");
  const values: SqlValue[] = [];
  let content = headerSize;
  for (let at = start; at < headerSize && values.length < most; ) {
    const [type, end] = readSize(bytes, at);
    at = end;
    const length = lengthOf(type);
    if (content + length > bytes.length) throw new DamagedDatabase("a record is cut off");
    values.push(readValue(bytes, content, type, length, encoding));
    content += length;
  }
  return values;
}

const LENGTHS = [0, 1, 2, 3, 4, 6, 8, 8, 0, 0];

function lengthOf(type: number): number {
  if (type >= 12) return (type - 12) >> 1;
  const length = LENGTHS[type];
  if (length === undefined) throw new DamagedDatabase(`there are no values of type ${type}`);
  return length;
}

function readValue(
  bytes: Uint8Array,
  at: number,
  type: number,
  length: number,
  encoding: PageFile["encoding"],
): SqlValue {
  if (type === 0) return null;
  if (type === 8) return 0n;
  if (type === 9) return 1n;
  if (type === 7) return viewOf(bytes).getFloat64(at);
  if (type >= 12) {
    const content = bytes.subarray(at, at + length);
    return type % 2 === 0 ? Uint8Array.from(content) : decoderOf(encoding).decode(content);
  }
  let value = 0n;
  for (let i = 0; i < length; i++) value = (value << 8n) | BigInt(bytes[at + i]!);
  return BigInt.asIntN(length * 8, value);
}

const decoders = new Map<string, TextDecoder>();

function decoderOf(encoding: string): TextDecoder {
  const known = decoders.get(encoding) ?? new TextDecoder(encoding, { ignoreBOM: true });
  decoders.set(encoding, known);
  return known;
}

function byteAt(bytes: Uint8Array, at: number): number {
  const byte = bytes[at];
  if (byte === undefined) throw new DamagedDatabase("a number is cut off");
  return byte;
}
