/**
 * Rows on their way into a file, kept on disk: only when all have been seen is it known what the columns
 * hold, whether they are too many, and that reading them did not fail.
 */
import { randomUUID } from "node:crypto";
import { closeSync, openSync, readSync, unlinkSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SqlValue } from "../../core/sqlite/values.ts";

/** `wide` are integers that a double does not hold. */
export type Kind = "integer" | "real" | "text" | "blob" | "wide";

const KINDS: readonly Kind[] = ["integer", "real", "text", "blob", "wide"];
const WIDE = 1 << KINDS.indexOf("wide");
/** Rows are written and read together until they have so many bytes. */
const SEGMENT = 1024 * 1024;

/** Before each value; the number of its kind follows from 1 on. */
const NULL = 0;
const [INTEGER, REAL, TEXT, BLOB] = [1, 2, 3, 4];
/** Bytes of a number, and of a length. */
const NUMBER = 8;
const LENGTH = 4;

/** Of bodies that nobody takes to their end. */
const forgotten = new FinalizationRegistry(closeSync);

export class RowSpool {
  readonly #columns: number;
  readonly #seen: Uint8Array;
  readonly #segments: number[] = [];
  #file: number | null;
  #buffer = Buffer.allocUnsafeSlow(SEGMENT + SEGMENT / 4);
  #used = 0;
  /** Of all values: those of text in UTF-8, 8 of each number. */
  bytes = 0;
  rows = 0;

  /** The file has no name: it is gone with the process, however that ends. */
  constructor(columns: number, directory = tmpdir()) {
    this.#columns = columns;
    this.#seen = new Uint8Array(columns);
    const path = join(directory, `dsl-rows-${randomUUID()}`);
    this.#file = openSync(path, "wx+", 0o600);
    unlinkSync(path);
    forgotten.register(this, this.#file, this);
  }

  /** @throws the error of the file system, such as ENOSPC */
  add(row: readonly SqlValue[]): void {
    for (let at = 0; at < this.#columns; at++) {
      const value = row[at] ?? null;
      if (value === null) this.#tag(NULL, 0);
      else if (typeof value === "bigint") {
        this.#number(INTEGER, at);
        this.#buffer.writeBigInt64LE(value, this.#used);
        this.#used += NUMBER;
        if (!Number.isSafeInteger(Number(value))) this.#seen[at]! |= WIDE;
      } else if (typeof value === "number") {
        this.#number(REAL, at);
        this.#buffer.writeDoubleLE(value, this.#used);
        this.#used += NUMBER;
      } else this.#long(value, at);
    }
    this.rows++;
    if (this.#used >= SEGMENT) this.#flush();
  }

  /** What all values of a column are, NULL aside. */
  kinds(column: number): Kind[] {
    return KINDS.filter((_, at) => (this.#seen[column]! & (1 << at)) !== 0);
  }

  /** All rows once; the file is closed at their end. */
  *read(): Generator<SqlValue[]> {
    if (this.#file === null) throw new Error("The rows have been read");
    this.#flush();
    try {
      let position = 0;
      for (const length of this.#segments) {
        // The values of a row may be views of these bytes.
        const bytes = Buffer.allocUnsafeSlow(length);
        readSync(this.#file, bytes, 0, length, position);
        position += length;
        yield* rowsOf(bytes, this.#columns);
      }
    } finally {
      this.close();
    }
  }

  close(): void {
    if (this.#file === null) return;
    forgotten.unregister(this);
    closeSync(this.#file);
    this.#file = null;
  }

  #number(tag: number, column: number): void {
    this.#tag(tag, NUMBER);
    this.#seen[column]! |= 1 << (tag - 1);
    this.bytes += NUMBER;
  }

  #long(value: string | Uint8Array, column: number): void {
    const isText = typeof value === "string";
    const tag = isText ? TEXT : BLOB;
    this.#tag(tag, LENGTH + (isText ? mostBytes(value) : value.length));
    this.#seen[column]! |= 1 << (tag - 1);
    const start = this.#used + LENGTH;
    const length = isText ? this.#buffer.write(value, start) : value.length;
    if (!isText) this.#buffer.set(value, start);
    this.#buffer.writeUInt32LE(length, this.#used);
    this.#used = start + length;
    this.bytes += length;
  }

  /** Makes room for the tag and `more` bytes. */
  #tag(tag: number, more: number): void {
    const needed = this.#used + 1 + more;
    if (needed > this.#buffer.length) {
      const larger = Buffer.allocUnsafeSlow(needed + SEGMENT);
      this.#buffer.copy(larger, 0, 0, this.#used);
      this.#buffer = larger;
    }
    this.#buffer[this.#used++] = tag;
  }

  #flush(): void {
    if (this.#used === 0) return;
    for (let done = 0; done < this.#used; ) {
      done += writeSync(this.#file!, this.#buffer, done, this.#used - done);
    }
    this.#segments.push(this.#used);
    this.#used = 0;
    // One that had to grow for a long value.
    if (this.#buffer.length > 2 * SEGMENT) {
      this.#buffer = Buffer.allocUnsafeSlow(SEGMENT + SEGMENT / 4);
    }
  }
}

/** At least as many as the text has in UTF-8. Of a long one it is counted: room for three times as much is dear. */
function mostBytes(text: string): number {
  return text.length > SEGMENT / 16 ? Buffer.byteLength(text) : 3 * text.length;
}

function* rowsOf(bytes: Buffer, columns: number): Generator<SqlValue[]> {
  for (let at = 0; at < bytes.length; ) {
    const row = new Array<SqlValue>(columns);
    for (let column = 0; column < columns; column++) {
      const tag = bytes[at++];
      if (tag === NULL) row[column] = null;
      else if (tag === INTEGER || tag === REAL) {
        row[column] = tag === INTEGER ? bytes.readBigInt64LE(at) : bytes.readDoubleLE(at);
        at += NUMBER;
      } else {
        const end = at + LENGTH + bytes.readUInt32LE(at);
        const value = bytes.subarray(at + LENGTH, end);
        row[column] = tag === TEXT ? value.toString() : value;
        at = end;
      }
    }
    yield row;
  }
}
