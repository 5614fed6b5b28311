import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MemoryStore } from "../../../../runtime/core/store/memory-store.ts";
import { readLtx } from "../../../../runtime/load/litestream/read-ltx.ts";
import { folderReplica, storeReplica } from "../../../../runtime/load/litestream/replica.ts";
import { restore } from "../../../../runtime/load/litestream/restore.ts";
import { temporaryDirectory } from "../../../temporary-directory.ts";
import {
  type Compression,
  databaseChecksum,
  FLAG,
  lz4Block,
  NO_CHECKSUM,
  sequence,
  type WrittenFile,
  writeLtx,
} from "./ltx-writer.ts";

const PAGE_SIZE = 4096;
const FIRST_TIMESTAMP = Date.parse("2026-11-20T12:00:00Z");
const SECOND = 1000;

type Pages = [number: number, data: Buffer][];

/** States of a database that a program writes to; state N is after transaction N + 1. */
function history(states: number): Buffer[] {
  const database = new Database(":memory:");
  database.pragma(`page_size = ${PAGE_SIZE}`);
  database.exec("create table events(id integer primary key, text)");
  const insert = database.prepare("insert into events(text) values (?)");
  const found: Buffer[] = [];
  for (let state = 0; state < states; state++) {
    database.transaction(() => {
      for (let row = 0; row < 100; row++) insert.run(`${state} ${row} `.repeat(1 + (row % 30)));
      if (state % 3 === 2) database.exec("delete from events where id % 3 = 0");
    })();
    if (state % 4 === 3) database.exec("vacuum");
    found.push(database.serialize());
  }
  database.close();
  return found;
}

function pagesOf(state: Buffer): Pages {
  return Array.from({ length: state.length / PAGE_SIZE }, (_, index) => [
    index + 1,
    state.subarray(index * PAGE_SIZE, (index + 1) * PAGE_SIZE),
  ]);
}

/** What changed from one state to a later one. */
function changes(before: Buffer | undefined, after: Buffer): Pages {
  const old = before === undefined ? [] : pagesOf(before);
  return pagesOf(after).filter(([number, data]) => !old[number - 1]?.[1].equals(data));
}

/** The file of transactions `min` to `max`. */
function fileOf(states: Buffer[], min: number, max: number, more: Partial<WrittenFile> = {}) {
  const before = states[min - 2];
  const after = states[max - 1]!;
  return writeLtx({
    pageSize: PAGE_SIZE,
    commit: after.length / PAGE_SIZE,
    minTxid: min,
    maxTxid: max,
    timestamp: FIRST_TIMESTAMP + min * SECOND,
    preApplyChecksum: before === undefined ? 0n : databaseChecksum(pagesOf(before)),
    postApplyChecksum: databaseChecksum(pagesOf(after)),
    pages: changes(before, after),
    ...more,
  });
}

function keyOf(level: number, min: number, max: number): string {
  const hex = (txid: number) => txid.toString(16).padStart(16, "0");
  return `ltx/${level}/${hex(min)}-${hex(max)}.ltx`;
}

/** A replica in a folder with the files of these levels and transactions. */
function replicaWith(states: Buffer[], files: [level: number, min: number, max: number][]) {
  const folder = temporaryDirectory();
  for (const [level, min, max] of files) {
    const path = join(folder, keyOf(level, min, max));
    mkdirSync(join(path, ".."), { recursive: true });
    writeFileSync(path, fileOf(states, min, max));
  }
  return folder;
}

async function restored(folder: string, at: string | null = null): Promise<Buffer> {
  const path = join(temporaryDirectory(), "restored.db");
  await restore(folderReplica(folder, folder), at === null ? null : Date.parse(at), path);
  return readFileSync(path);
}

async function read(file: Buffer): Promise<Pages> {
  const pages: Pages = [];
  await readLtx("x.ltx", asPieces(file), (number, data) => {
    pages.push([number, Buffer.from(data)]);
  });
  return pages;
}

async function* asPieces(file: Buffer): AsyncIterable<Buffer> {
  for (let at = 0; at < file.length; at += 1000) yield file.subarray(at, at + 1000);
}

describe("An LTX file is read", () => {
  test.each<Compression>(["block", "frame"])("with pages as LZ4 %ss", async (compression) => {
    const [state] = history(1) as [Buffer];
    expect(await read(fileOf([state], 1, 1, { compression }))).toEqual(pagesOf(state));
  });

  test("without checksums of the database", async () => {
    const [state] = history(1) as [Buffer];
    const file = fileOf([state], 1, 1, { flags: NO_CHECKSUM, postApplyChecksum: FLAG });
    expect(await read(file)).toEqual(pagesOf(state));
  });

  // The checksums are those that superfly/ltx's own encoder gives for these files, whose pages it
  // compresses to 31 bytes each (its encoder_golden_test.go).
  const golden = {
    pageSize: 512,
    timestamp: 1000,
    compress: (page: Buffer) =>
      Buffer.concat([sequence(page.subarray(0, 12), 7, 487), sequence(page.subarray(499), 0, 0)]),
  };
  const page = (number: number): [number, Buffer] => [
    number,
    Buffer.from(Array.from({ length: 512 }, (_, index) => number + (index % 7))),
  ];

  test("with the checksum that the reference encoder writes", async () => {
    const pages = [2, 5, 9, 16].map(page);
    const file = writeLtx({
      ...golden,
      commit: 16,
      minTxid: 2,
      maxTxid: 3,
      preApplyChecksum: FLAG | 1n,
      postApplyChecksum: FLAG | 2n,
      pages,
    });
    expect(file.readBigUInt64BE(file.length - 8)).toBe(0xe27f_4c18_f0da_2c10n);
    expect(await read(file)).toEqual(pages);
  });

  test("as a snapshot only when its pages are those that its checksum is of", async () => {
    const pages = [1, 2, 3, 4, 5, 6].map(page);
    const wrong = { ...golden, commit: 6, minTxid: 1, maxTxid: 4, pages };
    const file = writeLtx({ ...wrong, postApplyChecksum: FLAG | 3n });
    expect(file.readBigUInt64BE(file.length - 8)).toBe(0xd926_9676_72f7_ca53n);
    await expect(read(file)).rejects.toThrow("its pages are not those of the database");
  });

  test("whole or not at all: every changed byte is noticed", async () => {
    const [state] = history(1) as [Buffer];
    const file = fileOf([state], 1, 1);
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: file.length - 1 }),
        fc.integer({ min: 1, max: 255 }),
        async (at, change) => {
          const other = Buffer.from(file);
          other[at]! ^= change;
          const pages = await read(other).catch((error: Error) => error);
          if (pages instanceof Error) expect(pages.name).toBe("LoadError");
          // Different bytes can be the same page compressed.
          else expect(pages).toEqual(pagesOf(state));
        },
      ),
      { numRuns: 200 },
    );
  });

  test.each([
    ["ends too early", (file: Buffer) => file.subarray(0, 700), "it ends too early"],
    ["is empty", () => Buffer.alloc(0), "it ends too early"],
    ["is something else", () => Buffer.alloc(200), "it has no LTX header"],
    ["is encrypted", (file: Buffer) => Buffer.from(file).fill("LTX4", 0, 4), "is encrypted"],
  ])("and refused where it %s", async (_what, change, message) => {
    const [state] = history(1) as [Buffer];
    await expect(read(change(fileOf([state], 1, 1)))).rejects.toThrow(message);
  });
});

test("LZ4 gives back what was compressed", async () => {
  const chunk = fc.oneof(
    fc.uint8Array({ maxLength: 40 }),
    fc
      .tuple(fc.integer({ min: 0, max: 255 }), fc.integer({ min: 1, max: 600 }))
      .map(([byte, n]) => new Uint8Array(n).fill(byte)),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(chunk, { maxLength: 20 }), async (chunks) => {
      const data = Buffer.concat([...chunks, Buffer.alloc(PAGE_SIZE)]).subarray(0, PAGE_SIZE);
      const file = { pageSize: PAGE_SIZE, commit: 9, minTxid: 2, maxTxid: 2, timestamp: 0 };
      const ltx = writeLtx({ ...file, flags: NO_CHECKSUM, pages: [[4, data]], compress: lz4Block });
      expect(await read(ltx)).toEqual([[4, data]]);
    }),
  );
});

describe("A replica becomes the database", () => {
  const states = history(12);

  test.each<[string, [number, number, number][], number]>([
    ["a snapshot", [[9, 1, 5]], 5],
    [
      "the newest snapshot",
      [
        [9, 1, 5],
        [9, 1, 9],
      ],
      9,
    ],
    [
      "a snapshot and single transactions",
      [
        [9, 1, 3],
        [0, 4, 4],
        [0, 5, 5],
      ],
      5,
    ],
    [
      "all levels",
      [
        [9, 1, 4],
        [3, 5, 8],
        [2, 9, 10],
        [0, 11, 11],
        [0, 12, 12],
      ],
      12,
    ],
    [
      "what leads furthest",
      [
        [9, 1, 4],
        [0, 5, 5],
        [1, 5, 9],
        [0, 6, 6],
        [0, 10, 10],
      ],
      10,
    ],
    [
      "files that overlap",
      [
        [9, 1, 6],
        [1, 5, 9],
      ],
      9,
    ],
    [
      "the first transaction, without a snapshot of its own",
      [
        [0, 1, 1],
        [0, 2, 2],
      ],
      2,
    ],
  ])("from %s", async (_what, files, last) => {
    expect(await restored(replicaWith(states, files))).toEqual(states[last - 1]);
  });

  test("from a bucket, under a prefix", async () => {
    const store = new MemoryStore("backups");
    for (const [level, min, max] of [
      [9, 1, 4],
      [0, 5, 5],
    ] as const) {
      const key = `app/shop.db/${keyOf(level, min, max)}`;
      await store.put(key, fileOf(states, min, max));
    }
    const path = join(temporaryDirectory(), "restored.db");
    const done = await restore(storeReplica("s3://x", store, "app/shop.db"), null, path);
    expect(readFileSync(path)).toEqual(states[4]);
    expect(done).toMatchObject({ txid: 5n, files: 2, size: states[4]!.length });
  });

  const single: [number, number, number][] = [
    [9, 1, 4],
    [0, 5, 5],
    [0, 6, 6],
    [1, 5, 8],
    [0, 9, 9],
  ];

  test.each([
    ["2026-11-20T12:00:01Z", 4],
    ["2026-11-20T12:00:05.500Z", 5],
    ["2026-11-20T12:00:08Z", 6],
    ["2026-11-20T12:00:09Z", 9],
    ["2026-12-31T12:00:00Z", 9],
  ])("as it was at %s", async (at, last) => {
    expect(await restored(replicaWith(states, single), at)).toEqual(states[last - 1]);
  });

  test.each<[string, [number, number, number][], string]>([
    ["without a snapshot", [[0, 5, 5]], "There is no snapshot in"],
    [
      "with a gap",
      [
        [9, 1, 4],
        [0, 6, 6],
      ],
      "transactions 5 to 5 are missing",
    ],
  ])("not from one %s", async (_what, files, message) => {
    await expect(restored(replicaWith(states, files))).rejects.toThrow(message);
  });

  test("not from files of another database", async () => {
    const folder = replicaWith(states, [[9, 1, 4]]);
    mkdirSync(join(folder, "ltx/0"));
    const foreign = fileOf(states, 5, 5, { preApplyChecksum: FLAG | 1n });
    writeFileSync(join(folder, keyOf(0, 5, 5)), foreign);
    await expect(restored(folder)).rejects.toThrow("it was not made after the file before it");
  });

  test("not from a file that was renamed", async () => {
    const folder = replicaWith(states, [[9, 1, 4]]);
    mkdirSync(join(folder, "ltx/0"));
    writeFileSync(join(folder, keyOf(0, 5, 5)), fileOf(states, 6, 6));
    await expect(restored(folder)).rejects.toThrow("it has transactions 6 to 6");
  });

  test.each([
    ["claims", 0xffff_ffff, "it has 0 of the"],
    ["does not have", 3000, "it has 0 of the"],
  ])(
    "is refused where a database grows by pages that a file only %s",
    async (_name, commit, message) => {
      const states = history(2);
      const folder = replicaWith(states, [[9, 1, 1]]);
      const path = join(folder, keyOf(0, 2, 2));
      mkdirSync(join(path, ".."), { recursive: true });
      const pages = changes(states[0], states[1]!).filter(
        ([number]) => number <= states[0]!.length / PAGE_SIZE,
      );
      writeFileSync(path, fileOf(states, 2, 2, { commit, pages }));
      await expect(restored(folder)).rejects.toThrow(message);
    },
  );

  test("is not read beyond the index that its pages can have", async () => {
    const [state] = history(1) as [Buffer];
    const file = fileOf([state], 1, 1);
    let given = 0;
    async function* endless(): AsyncIterable<Buffer> {
      yield file;
      for (; given < 1000; given++) yield Buffer.alloc(1024 * 1024);
    }
    await expect(readLtx("x.ltx", endless(), () => {})).rejects.toThrow("its index is longer");
    expect(given).toBeLessThan(10);
  });
});
