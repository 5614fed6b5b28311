import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { MOST_EVENTS } from "../../../runtime/load/collector/split-events.ts";
import { type Piece, pieces } from "../../../src/sites/event-pieces.ts";
import { temporaryDirectory } from "../../temporary-directory.ts";

async function piecesOf(name: string, content: string | Buffer): Promise<Piece[]> {
  const file = join(temporaryDirectory(), name);
  writeFileSync(file, content);
  const found: Piece[] = [];
  for await (const piece of pieces(file)) found.push(piece);
  return found;
}

const linesOf = (text: string) => text.split("\n").length - 1;

test.each([
  ["short lines", Array.from({ length: 2.5 * MOST_EVENTS }, (_, i) => `${i % 7}\n`).join("")],
  ["long lines", Array.from({ length: 3000 }, (_, i) => `"${"x".repeat(1500)}${i}"\n`).join("")],
  ["one line that is longer than a piece", `1\n"${"x".repeat(2_500_000)}"\n2\n3`],
])("%s are sent whole, in order, no more at once than a request may have", async (_, text) => {
  const sent = await piecesOf("events.ndjson", text);
  expect(sent.map((piece) => piece.text).join("")).toBe(text);
  let line = 1;
  for (const piece of sent) {
    expect(piece.line).toBe(line);
    line += linesOf(piece.text);
    expect(linesOf(piece.text)).toBeLessThanOrEqual(MOST_EVENTS);
    expect(piece.text.length <= 2_000_000 || linesOf(piece.text) <= 1).toBe(true);
  }
});

test("what fits is sent at once, also the last line without an end, packed or not", async () => {
  const text = '{"a":1}\n\n{"b":2}';
  expect(await piecesOf("events.ndjson", text)).toEqual([{ text, line: 1 }]);
  expect(await piecesOf("events.ndjson.gz", gzipSync(text))).toEqual([{ text, line: 1 }]);
});
