/** Files that are compressed as a whole: gzip and zstd. */
import { Readable } from "node:stream";
import { createGunzip, createZstdDecompress } from "node:zlib";
import { LoadError } from "../model/load-error.ts";
import type { ByteSource } from "./byte-source.ts";
import { watchExpansion } from "./expansion.ts";

/** The content of `source`; its name is without ".gz", ".zst" and the like. */
export function decompressed(source: ByteSource, kind: "gzip" | "zstd"): ByteSource {
  return {
    name: source.name.replace(/\.(gz|gzip|zst|zstd)$/i, ""),
    path: null,
    open: () => decompress(source, kind),
  };
}

async function* decompress(source: ByteSource, kind: "gzip" | "zstd"): AsyncIterable<Buffer> {
  let packed = 0;
  async function* counted() {
    for await (const piece of source.open()) {
      packed += piece.length;
      yield piece;
    }
  }
  const input = Readable.from(counted(), { objectMode: true, highWaterMark: 1 });
  const unpacker = kind === "gzip" ? createGunzip() : createZstdDecompress();
  input.once("error", (error) => unpacker.destroy(error));
  try {
    yield* watchExpansion(input.pipe(unpacker), () => packed, source.name);
  } catch (error) {
    throw damaged(error, source.name, kind);
  } finally {
    input.destroy();
    unpacker.destroy();
  }
}

function damaged(error: unknown, name: string, kind: string): unknown {
  const code = String((error as NodeJS.ErrnoException).code ?? "");
  if (!/^(Z_|ZSTD_|ERR_ZSTD)/.test(code)) return error;
  return new LoadError(
    "damaged_archive",
    `${name} is damaged or cut off: ${kind} says "${(error as Error).message}"`,
    "copy or download the file again",
    { cause: error },
  );
}
