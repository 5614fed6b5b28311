/** A watch over what unpacking brings forth, against files of a few kB that become terabytes. */
import { LoadError } from "../model/load-error.ts";

/** Up to here every ratio is harmless, because everything is read in pieces. */
const HARMLESS = 64 * 1024 * 1024;
/** Real tables compress to a fifth or a tenth, very repetitive ones to a hundredth. */
const MAX_RATIO = 300;

/** Passes pieces on; throws a LoadError when they are far too many for the bytes that they came from. */
export async function* watchExpansion(
  pieces: AsyncIterable<Buffer>,
  packedBytes: () => number,
  name: string,
): AsyncIterable<Buffer> {
  let size = 0;
  for await (const piece of pieces) {
    size += piece.length;
    if (size > HARMLESS && size > packedBytes() * MAX_RATIO) {
      throw new LoadError(
        "expands_too_much",
        `${name} unpacks to more than ${MAX_RATIO} times its size, as ZIP bombs do`,
        "if you trust it, unpack it yourself and name what comes out",
      );
    }
    yield piece;
  }
}
