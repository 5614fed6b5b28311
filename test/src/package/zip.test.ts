import { createHash, randomBytes } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import fc from "fast-check";
import { unzipSync } from "fflate";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { writeZip, type ZipEntry } from "../../../src/package/zip.ts";

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "dsl-zip-"));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const fileName = fc
  .array(fc.stringMatching(/^[a-zA-Zé日 _.-]{1,12}$/), { minLength: 1, maxLength: 3 })
  .map((parts) => parts.join("/"));
const content = fc.oneof(
  fc.uint8Array({ maxLength: 5000 }).map((bytes) => Buffer.from(bytes)),
  fc.string({ maxLength: 200 }).map((text) => Buffer.from(text.repeat(200))),
);
const tree = fc.dictionary(fileName, content, { maxKeys: 12 });

function entriesOf(files: Record<string, Buffer>): ZipEntry[] {
  return Object.entries(files).map(([name, bytes]) => ({ name, content: bytes }));
}

describe("writeZip", () => {
  test("writes what another implementation reads back", async () => {
    const path = join(folder, "tree.zip");
    await fc.assert(
      fc.asyncProperty(tree, async (files) => {
        const size = await writeZip(path, entriesOf(files));
        const bytes = readFileSync(path);
        const names: string[] = [];
        // A file called __proto__ is not among the keys of what comes back.
        const isRead = ({ name }: { name: string }) => names.push(name) > 0;
        const found = unzipSync(bytes, { filter: isRead });
        expect(bytes.length).toBe(size);
        expect(names.sort()).toEqual(Object.keys(files).sort());
        for (const [name, expected] of Object.entries(files)) {
          expect(Buffer.from(found[name] as Uint8Array).equals(expected)).toBe(true);
        }
      }),
      { numRuns: 60 },
    );
  });

  test("gives the same bytes for the same entries in any order", async () => {
    const [first, second] = [join(folder, "first.zip"), join(folder, "second.zip")];
    await fc.assert(
      fc.asyncProperty(tree, async (files) => {
        await writeZip(first, entriesOf(files));
        await writeZip(second, entriesOf(files).reverse());
        expect(readFileSync(first).equals(readFileSync(second))).toBe(true);
      }),
      { numRuns: 30 },
    );
  });

  test("reads large contents from files, and stores what does not compress", async () => {
    const noise = randomBytes(3_000_000);
    const [text, path] = [Buffer.alloc(3_000_000, "compressible "), join(folder, "files.zip")];
    writeFileSync(join(folder, "noise"), noise);
    writeFileSync(join(folder, "text"), text);
    const size = await writeZip(path, [
      { name: "noise", content: { file: join(folder, "noise") } },
      { name: "text", content: { file: join(folder, "text") } },
    ]);
    const found = unzipSync(readFileSync(path));
    expect(sha256(found.noise!)).toBe(sha256(noise));
    expect(sha256(found.text!)).toBe(sha256(text));
    expect(size).toBeGreaterThan(noise.length);
    expect(size).toBeLessThan(noise.length + 50_000);
  });

  test("records checksums, one date and readable files", async () => {
    const path = join(folder, "checked.zip");
    const text = Buffer.from("exports.handler = 1;\n".repeat(50));
    await writeZip(path, [
      { name: "index.cjs", content: text },
      { name: "static/empty", content: Buffer.alloc(0) },
    ]);
    expect(directoryOf(readFileSync(path))).toEqual([
      { name: "index.cjs", mode: 0o100644, date: "1980-01-01", crc: crc32(text) },
      { name: "static/empty", mode: 0o100644, date: "1980-01-01", crc: 0 },
    ]);
  });

  test("leaves nothing behind when a file is missing, and keeps an older zip", async () => {
    const own = mkdtempSync(join(folder, "failed-"));
    const path = join(own, "site.zip");
    writeFileSync(path, "older");
    const entries = [
      { name: "a", content: Buffer.from("a") },
      { name: "b", content: { file: join(own, "missing") } },
    ];
    await expect(writeZip(path, entries)).rejects.toThrow("ENOENT");
    expect(readdirSync(own)).toEqual(["site.zip"]);
    expect(readFileSync(path, "utf8")).toBe("older");
  });

  test("refuses more files than the format can count", async () => {
    const path = join(folder, "many.zip");
    const entry = { name: "same", content: Buffer.alloc(0) };
    await expect(writeZip(path, Array(65_536).fill(entry))).rejects.toMatchObject({
      code: "zip_too_large",
    });
    expect(existsSync(path)).toBe(false);
  });
});

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** The central directory of a zip without comments. */
function directoryOf(zip: Buffer) {
  const found = [];
  let at = zip.readUInt32LE(zip.length - 6);
  for (let left = zip.readUInt16LE(zip.length - 12); left > 0; left--) {
    const nameLength = zip.readUInt16LE(at + 28);
    const day = zip.readUInt16LE(at + 14);
    const parts = [1980 + (day >> 9), (day >> 5) & 15, day & 31];
    found.push({
      name: zip.toString("utf8", at + 46, at + 46 + nameLength),
      mode: zip.readUInt32LE(at + 38) >>> 16,
      date: parts.map((part) => String(part).padStart(2, "0")).join("-"),
      crc: zip.readUInt32LE(at + 16),
    });
    at += 46 + nameLength;
  }
  return found;
}
