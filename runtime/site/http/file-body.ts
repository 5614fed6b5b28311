import { createReadStream } from "node:fs";

/**
 * A file as a body. It is opened when the first bytes are taken: not for HEAD or a 304, and not for
 * a visitor who is gone by then, whose file nobody would close.
 */
export function fileBody(path: string): AsyncIterable<Uint8Array> {
  return { [Symbol.asyncIterator]: () => read(path) };
}

async function* read(path: string): AsyncGenerator<Uint8Array> {
  yield* createReadStream(path) as AsyncIterable<Uint8Array>;
}
