/** Database files that are no longer what they were. */

/** The same numbers for the same seed: https://en.wikipedia.org/wiki/Xorshift */
export function randomNumbers(seed: number): (below: number) => number {
  let state = (seed * 2654435761 + 1) >>> 0 || 1;
  return (below) => {
    state ^= state << 13;
    state >>>= 0;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state % below;
  };
}

type Mutation = (bytes: Buffer, random: (below: number) => number) => Buffer;

const pageSizeOf = (bytes: Buffer) => Math.max(512, bytes.readUInt16BE(16));

const MUTATIONS: readonly Mutation[] = [
  function flipBits(bytes, random) {
    for (let left = 1 + random(40); left > 0; left--) {
      const at = random(bytes.length);
      bytes[at] = bytes[at]! ^ (1 << random(8));
    }
    return bytes;
  },
  function overwriteBytes(bytes, random) {
    const start = random(bytes.length);
    const end = Math.min(bytes.length, start + 1 + random(200));
    for (let at = start; at < end; at++) bytes[at] = random(256);
    return bytes;
  },
  function changeHeader(bytes, random) {
    bytes[16 + random(84)] = random(256);
    return bytes;
  },
  function changePageHeader(bytes, random) {
    const size = pageSizeOf(bytes);
    const page = random(Math.max(1, Math.floor(bytes.length / size)));
    const at = page * size + (page === 0 ? 100 : 0) + random(12);
    if (at < bytes.length) bytes[at] = random(256);
    return bytes;
  },
  function changeCellPointers(bytes, random) {
    const size = pageSizeOf(bytes);
    const page = random(Math.max(1, Math.floor(bytes.length / size)));
    const at = page * size + 8 + 2 * random(20);
    if (at + 2 < bytes.length) bytes.writeUInt16BE(random(65536), at);
    return bytes;
  },
  function swapPages(bytes, random) {
    const size = pageSizeOf(bytes);
    const pages = Math.max(1, Math.floor(bytes.length / size));
    const [a, b] = [random(pages) * size, random(pages) * size];
    const kept = Buffer.from(bytes.subarray(a, a + size));
    bytes.copy(bytes, a, b, b + size);
    kept.copy(bytes, b);
    return bytes;
  },
  function emptyPage(bytes, random) {
    const size = pageSizeOf(bytes);
    const at = random(Math.max(1, Math.floor(bytes.length / size))) * size;
    bytes.fill(0, at, Math.min(bytes.length, at + size));
    return bytes;
  },
  function truncate(bytes, random) {
    return bytes.subarray(0, random(bytes.length));
  },
  function changeSchemaText(bytes, random) {
    const text = ["create table", "CREATE TABLE", "references", "primary key", "text", "using fts"];
    const at = bytes.indexOf(text[random(text.length)]!);
    if (at < 0) return bytes;
    for (let left = 1 + random(6); left > 0; left--) bytes[at + random(60)] = 32 + random(95);
    return bytes;
  },
];

/** A copy with one to three changes; the same for the same seed. */
export function mutated(original: Buffer, seed: number): Buffer {
  const random = randomNumbers(seed);
  let bytes = Buffer.from(original);
  for (let left = 1 + random(3); left > 0 && bytes.length > 200; left--) {
    bytes = Buffer.from(MUTATIONS[random(MUTATIONS.length)]!(bytes, random));
  }
  return bytes;
}
