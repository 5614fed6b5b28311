import { createReadStream } from "node:fs";

/** A file as a body; it is opened when somebody takes the body, and not for HEAD or a 304. */
export function fileBody(path: string): AsyncIterable<Uint8Array> {
  return {
    [Symbol.asyncIterator]: () =>
      createReadStream(path)[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>,
  };
}
