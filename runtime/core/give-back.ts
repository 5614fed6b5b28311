/** zlib's chunks have a few bytes to spare. */
const ALMOST_ALL = 64;

/**
 * Frees the memory of a buffer that nobody uses any more, now and not when garbage is collected: blocks
 * come faster than that, and the guard counts what the process grows by. Nothing happens to a buffer
 * that shares its memory with others: it is a small part of it.
 */
export function giveBack({ buffer: memory, length }: Buffer): void {
  if (!(memory instanceof ArrayBuffer)) return;
  if (length > ALMOST_ALL && memory.byteLength <= length + ALMOST_ALL) memory.transfer(0);
}
