/** A file of events, one a line, in pieces that a request may have. */
import { fileSource } from "../../runtime/load/bytes/byte-source.ts";
import { decompressed } from "../../runtime/load/bytes/decompress.ts";
import { MOST_EVENTS } from "../../runtime/load/collector/split-events.ts";
import { translateFileError } from "../../runtime/publisher/database/file-errors.ts";

/** Characters of one request: it is packed on its way, and Lambda takes 6 MB. */
const LARGEST_PIECE = 2_000_000;

export interface Piece {
  text: string;
  /** Of its first line, from 1. */
  line: number;
}

/** Whole lines. Throws a DslError for a file that cannot be read. */
export async function* pieces(file: string): AsyncGenerator<Piece> {
  const decoder = new TextDecoder();
  let rest = "";
  let line = 1;
  const source = fileSource(file, file);
  const kind = /\.(gz|zst)$/i.exec(file)?.[1]?.toLowerCase();
  const unpacked =
    kind === undefined ? source : decompressed(source, kind === "gz" ? "gzip" : "zstd");
  const lines = (text: string) => text.split("\n").length - 1;
  const cut = function* (end: number): Generator<Piece> {
    const text = rest.slice(0, end);
    if (text.trim() !== "") yield { text, line };
    line += lines(text);
    rest = rest.slice(end);
  };
  try {
    for await (const bytes of unpacked.open()) {
      rest += decoder.decode(bytes, { stream: true });
      while (rest.length > LARGEST_PIECE) {
        const end = endOfPiece(rest);
        if (end === 0) break;
        yield* cut(end);
      }
    }
    while (lines(rest) > MOST_EVENTS) yield* cut(endOfPiece(rest));
  } catch (error) {
    throw translateFileError(error, file);
  }
  if (rest.trim() !== "") yield { text: rest, line };
}

/** After the last whole line that a request may have; a line that is longer goes alone. 0: there is no whole line. */
function endOfPiece(text: string): number {
  let end = 0;
  for (let lines = 0; lines < MOST_EVENTS; lines++) {
    const next = text.indexOf("\n", end) + 1;
    if (next === 0 || (end > 0 && next > LARGEST_PIECE)) break;
    end = next;
  }
  return end;
}
