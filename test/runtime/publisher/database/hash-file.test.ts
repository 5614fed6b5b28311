import { createHash, randomBytes } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { BLOCK_SIZE } from "../../../../runtime/core/format/manifest.ts";
import { hashFile } from "../../../../runtime/publisher/database/hash-file.ts";
import { estimateZippedSize } from "../../../../runtime/publisher/database/zipped-size.ts";
import { temporaryDirectory } from "./files.ts";

const sha256 = (bytes: Buffer) => createHash("sha256").update(bytes).digest("hex");

test.each([0, 1, BLOCK_SIZE - 1, BLOCK_SIZE, BLOCK_SIZE + 1, 3 * BLOCK_SIZE])(
  "%i bytes are hashed whole and in blocks",
  async (size) => {
    const path = join(await temporaryDirectory(), "file");
    const bytes = randomBytes(size);
    await writeFile(path, bytes);
    const blocks = [];
    for (let at = 0; at < size; at += BLOCK_SIZE) {
      blocks.push(sha256(bytes.subarray(at, at + BLOCK_SIZE)));
    }
    expect(await hashFile(path)).toEqual({ size, sha256: sha256(bytes), blocks });
  },
);

test("the zipped size is estimated from a part of the file", async () => {
  const path = join(await temporaryDirectory(), "file");
  await writeFile(
    path,
    Buffer.concat([randomBytes(20 * BLOCK_SIZE), Buffer.alloc(20 * BLOCK_SIZE)]),
  );
  const estimate = await estimateZippedSize(path);
  expect(estimate).toBeGreaterThan(18 * BLOCK_SIZE);
  expect(estimate).toBeLessThan(22 * BLOCK_SIZE);
});
