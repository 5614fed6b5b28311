/**
 * The `aws-chunked` content encoding: chunks with their size in front, and with a signature where the
 * request says so, then trailers.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html
 */
import { createHash } from "node:crypto";
import { AwsFault, type ChunkSignatures } from "../common/service.ts";

const TRAILER_SIGNATURE = "x-amz-trailer-signature";

/**
 * Yields the payload; what comes after it is put into `trailers` (lower-case names). `signatures` verify
 * the chunks and trailers of a body that is signed.
 */
export async function* decodeAwsChunked(
  source: AsyncIterable<Uint8Array>,
  trailers: Map<string, string>,
  signatures?: ChunkSignatures,
): AsyncGenerator<Uint8Array> {
  const input = new LineReader(source);
  for (let isLast = false; !isLast; ) {
    const line = await input.line();
    const head = /^([0-9a-fA-F]{1,16})(?:;chunk-signature=([0-9a-f]{64}))?$/.exec(line);
    if (head === null) throw incompleteBody();
    const length = Number.parseInt(head[1]!, 16);
    isLast = length === 0;
    const hash = createHash("sha256");
    for await (const piece of input.bytes(length)) {
      hash.update(piece);
      yield piece;
    }
    signatures?.verifyChunk(hash.digest("hex"), head[2]);
    if (!isLast && (await input.line()) !== "") throw incompleteBody();
  }
  for (let line = await input.line(); line !== ""; line = await input.line()) {
    const colon = line.indexOf(":");
    if (colon === -1) throw incompleteBody();
    trailers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
  }
  const signature = trailers.get(TRAILER_SIGNATURE);
  if (!trailers.delete(TRAILER_SIGNATURE) && trailers.size === 0) return;
  const lines = [...trailers].map(([name, value]) => `${name}:${value}\n`);
  signatures?.verifyTrailers(lines.join(""), signature);
}

function incompleteBody(): AwsFault {
  return new AwsFault("IncompleteBody", "The request body terminated unexpectedly");
}

/** Longer than any chunk header or trailer is. */
const MAX_LINE = 4096;

class LineReader {
  readonly #source: AsyncIterator<Uint8Array>;
  #rest: Buffer = Buffer.alloc(0);

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** Up to the next CRLF, which is dropped; the end of the source ends the last line. */
  async line(): Promise<string> {
    while (true) {
      const end = this.#rest.indexOf("\r\n");
      if (end !== -1) {
        const line = this.#rest.toString("latin1", 0, end);
        this.#rest = this.#rest.subarray(end + 2);
        return line;
      }
      if (this.#rest.length > MAX_LINE) throw incompleteBody();
      const chunk = await this.#source.next();
      if (chunk.done) {
        const line = this.#rest.toString("latin1");
        this.#rest = Buffer.alloc(0);
        return line;
      }
      this.#rest = Buffer.concat([this.#rest, chunk.value]);
    }
  }

  async *bytes(length: number): AsyncGenerator<Uint8Array> {
    let missing = length;
    while (missing > 0) {
      if (this.#rest.length === 0) {
        const chunk = await this.#source.next();
        if (chunk.done) throw incompleteBody();
        this.#rest = Buffer.from(chunk.value.buffer, chunk.value.byteOffset, chunk.value.length);
      }
      const piece = this.#rest.subarray(0, missing);
      this.#rest = this.#rest.subarray(piece.length);
      missing -= piece.length;
      yield piece;
    }
  }
}
