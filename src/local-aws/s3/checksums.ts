/** The checksums that S3 clients send: https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html */
import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";

export const CHECKSUM_ALGORITHMS = ["CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256"] as const;
export type ChecksumAlgorithm = (typeof CHECKSUM_ALGORITHMS)[number];

export interface Checksum {
  readonly algorithm: ChecksumAlgorithm;
  update(chunk: Uint8Array): void;
  /** Big-endian bytes in base64, as in the `x-amz-checksum-*` headers. */
  digest(): string;
}

/** `x-amz-checksum-crc32` and so on. */
export function checksumHeader(algorithm: ChecksumAlgorithm): string {
  return `x-amz-checksum-${algorithm.toLowerCase()}`;
}

export function createChecksum(algorithm: ChecksumAlgorithm): Checksum {
  switch (algorithm) {
    case "SHA1":
    case "SHA256": {
      const hash = createHash(algorithm.toLowerCase());
      return {
        algorithm,
        update: (chunk) => void hash.update(chunk),
        digest: () => hash.digest("base64"),
      };
    }
    case "CRC32": {
      let crc = 0;
      return {
        algorithm,
        update: (chunk) => {
          crc = crc32(chunk, crc);
        },
        digest: () => base64Of32Bits(crc),
      };
    }
    case "CRC32C": {
      let crc = 0xffffffff;
      return {
        algorithm,
        update: (chunk) => {
          crc = crc32c(chunk, crc);
        },
        digest: () => base64Of32Bits(~crc >>> 0),
      };
    }
    case "CRC64NVME":
      return createCrc64Nvme();
  }
}

function base64Of32Bits(value: number): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value >>> 0);
  return bytes.toString("base64");
}

/** Reflected Castagnoli polynomial. */
const CRC32C_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  return crc >>> 0;
});

function crc32c(chunk: Uint8Array, start: number): number {
  let crc = start;
  for (const byte of chunk) crc = (CRC32C_TABLE[(crc ^ byte) & 0xff]! ^ (crc >>> 8)) >>> 0;
  return crc;
}

/** Reflected polynomial of CRC-64/NVME; as two 32-bit halves, because BigInt is 50 times slower. */
const CRC64_POLYNOMIAL = { high: 0x9a6c9329, low: 0xac4bc9b5 };
const CRC64_HIGH = new Uint32Array(256);
const CRC64_LOW = new Uint32Array(256);
for (let byte = 0; byte < 256; byte++) {
  let high = 0;
  let low = byte;
  for (let bit = 0; bit < 8; bit++) {
    const carry = low & 1;
    low = ((low >>> 1) | (high << 31)) >>> 0;
    high >>>= 1;
    if (carry) {
      high = (high ^ CRC64_POLYNOMIAL.high) >>> 0;
      low = (low ^ CRC64_POLYNOMIAL.low) >>> 0;
    }
  }
  CRC64_HIGH[byte] = high;
  CRC64_LOW[byte] = low;
}

function createCrc64Nvme(): Checksum {
  let high = 0xffffffff;
  let low = 0xffffffff;
  return {
    algorithm: "CRC64NVME",
    update: (chunk) => {
      for (const byte of chunk) {
        const entry = (low ^ byte) & 0xff;
        low = (((low >>> 8) | (high << 24)) ^ CRC64_LOW[entry]!) >>> 0;
        high = ((high >>> 8) ^ CRC64_HIGH[entry]!) >>> 0;
      }
    },
    digest: () => {
      const bytes = Buffer.alloc(8);
      bytes.writeUInt32BE(~high >>> 0, 0);
      bytes.writeUInt32BE(~low >>> 0, 4);
      return bytes.toString("base64");
    },
  };
}
