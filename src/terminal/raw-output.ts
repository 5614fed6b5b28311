/**
 * Bytes for stdout that are not about the command but its product, such as a page of
 * `dsl serve --get`. A pipe or a file gets them as they are, a terminal gets no control characters.
 */
import { printable } from "./printable.ts";

export async function writeRaw(bytes: Uint8Array): Promise<void> {
  const output = process.stdout.isTTY ? printableLines(bytes) : bytes;
  // Bytes that cannot be written are noticed when the command ends (output-loss.ts).
  await new Promise<unknown>((resolve) => process.stdout.write(output, resolve));
}

function printableLines(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("utf8").split("\n").map(printable).join("\n");
}
