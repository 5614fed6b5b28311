import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeAwsChunked } from "../../../src/local-aws/s3/aws-chunked.ts";
import { CHECKSUM_ALGORITHMS, createChecksum } from "../../../src/local-aws/s3/checksums.ts";

/** The check value of each algorithm is what it makes of the text 123456789. */
test.each([
  ["CRC32", "cbf43926"],
  ["CRC32C", "e3069283"],
  ["CRC64NVME", "ae8b14860a799888"],
  ["SHA1", "f7c3bc1d808e04732adf679965ccc34ca7ae3441"],
  ["SHA256", "15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225"],
] as const)("%s has its published check value", (algorithm, expected) => {
  const checksum = createChecksum(algorithm);
  checksum.update(Buffer.from("123456789"));
  expect(Buffer.from(checksum.digest(), "base64").toString("hex")).toBe(expected);
});

test("a checksum does not depend on how the bytes are cut into chunks", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...CHECKSUM_ALGORITHMS),
      fc.array(fc.uint8Array({ maxLength: 50 })),
      (algorithm, chunks) => {
        const pieces = createChecksum(algorithm);
        for (const chunk of chunks) pieces.update(chunk);
        const whole = createChecksum(algorithm);
        whole.update(Buffer.concat(chunks));
        expect(pieces.digest()).toBe(whole.digest());
      },
    ),
  );
});

test("aws-chunked gives back payload and trailers, however the network cuts it", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.uint8Array({ minLength: 1, maxLength: 40 })),
      fc.boolean(),
      fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1 }),
      async (chunks, isSigned, cuts) => {
        const wire = encode(chunks, isSigned, "x-amz-checksum-crc32: AAAAAA==");
        const trailers = new Map<string, string>();
        const decoded = await collect(decodeAwsChunked(cut(wire, cuts), trailers));
        expect(Buffer.concat(decoded).equals(Buffer.concat(chunks))).toBe(true);
        expect(trailers).toEqual(new Map([["x-amz-checksum-crc32", "AAAAAA=="]]));
      },
    ),
  );
});

test("aws-chunked that ends in the middle is IncompleteBody", async () => {
  const wire = encode([Buffer.from("some bytes"), Buffer.from("more")], false, "x-trailer: 1");
  for (let length = 0; length < wire.lastIndexOf("\r\n0\r\n"); length++) {
    const decoding = collect(decodeAwsChunked(cut(wire.subarray(0, length), [7]), new Map()));
    await expect(decoding).rejects.toMatchObject({ code: "IncompleteBody" });
  }
});

function encode(chunks: Uint8Array[], isSigned: boolean, trailer: string): Buffer {
  const extension = isSigned ? `;chunk-signature=${"0".repeat(64)}` : "";
  return Buffer.concat([
    ...chunks.flatMap((chunk) => [
      Buffer.from(`${chunk.length.toString(16)}${extension}\r\n`),
      chunk,
      Buffer.from("\r\n"),
    ]),
    Buffer.from(`0${extension}\r\n${trailer}\r\n\r\n`),
  ]);
}

/** Pieces of the given lengths, over and over. */
async function* cut(bytes: Buffer, lengths: number[]): AsyncGenerator<Uint8Array> {
  for (let start = 0, n = 0; start < bytes.length; n++) {
    const end = start + lengths[n % lengths.length]!;
    yield bytes.subarray(start, end);
    start = end;
  }
}

async function collect(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array[]> {
  const collected: Uint8Array[] = [];
  for await (const chunk of chunks) collected.push(chunk);
  return collected;
}
