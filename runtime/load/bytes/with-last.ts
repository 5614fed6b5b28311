/** Tells of each piece whether another follows; one empty piece where there are no bytes at all. */
export async function* withLast(
  pieces: AsyncIterable<Buffer>,
): AsyncIterable<{ piece: Buffer; last: boolean }> {
  let previous: Buffer | null = null;
  for await (const piece of pieces) {
    if (previous !== null) yield { piece: previous, last: false };
    previous = piece;
  }
  yield { piece: previous ?? Buffer.alloc(0), last: true };
}
