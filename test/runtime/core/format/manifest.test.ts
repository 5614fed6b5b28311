import fc from "fast-check";
import { expect, test } from "vitest";
import { parseBlockIndex } from "../../../../runtime/core/format/block-index.ts";
import { InvalidData } from "../../../../runtime/core/format/check.ts";
import { type Manifest, parseManifest } from "../../../../runtime/core/format/manifest.ts";
import { makeManifest } from "../../site/sources/published.ts";

const manifest: Manifest = makeManifest(7, [
  {
    name: "shop",
    origin: "inbox",
    updatedAt: "2026-01-30T12:00:00.000Z",
    source: "shop.csv",
    size: 12,
    sha256: "a".repeat(64),
    index: "b".repeat(64),
    inspection: {
      tables: [
        {
          name: "orders",
          count: null,
          columns: ["id"],
          primaryKeys: ["id"],
          hidden: false,
          ftsTable: "orders_fts",
          foreignKeys: [{ column: "id", otherTable: "t", otherColumn: "c" }],
        },
      ],
      views: [{ name: "totals", columns: ["n"] }],
      summaries: null,
    },
  },
]);

test("a manifest is read as it was written", () => {
  expect(parseManifest(JSON.stringify(manifest))).toEqual(manifest);
});

test("a manifest from before there were origins holds what was typed", () => {
  const [{ origin: _, updatedAt: __, source: ___, ...database }] = manifest.databases as [
    Manifest["databases"][0],
  ];
  const old = { ...manifest, databases: [database] };
  expect(parseManifest(JSON.stringify(old)).databases[0]).toMatchObject({
    origin: "typed",
    updatedAt: manifest.publishedAt,
    source: null,
  });
});

test("an origin that a newer dsl knows is refused, rather than lost", () => {
  const newer = { ...manifest, databases: [{ ...manifest.databases[0], origin: "post" }] };
  expect(() => parseManifest(JSON.stringify(newer))).toThrow(
    'databases[0].origin is "post", which this dsl does not know',
  );
});

test("a manifest of a later format says that a newer dsl wrote it", () => {
  expect(() => parseManifest(JSON.stringify({ ...manifest, format: 2 }))).toThrow(
    "the manifest has format 2: it was published by a newer dsl than this one",
  );
});

test("a manifest without a format is not taken for one", () => {
  expect(() => parseManifest('{"version":1}')).toThrow("has format undefined");
});

test("text that is not JSON is refused", () => {
  expect(() => parseManifest("<html>")).toThrow("the manifest is not JSON");
});

test("whatever is wrong in a manifest is an InvalidData that says where", () => {
  const paths = pathsOf(manifest).filter(
    (path) => !/^(config|metadata|settings)/.test(path.join()),
  );
  fc.assert(
    fc.property(fc.constantFrom(...paths), (path) => {
      const damaged = structuredClone(manifest) as unknown;
      setAt(damaged, path, Symbol.iterator in Object(valueAt(manifest, path)) ? 5 : "x y");
      expect(() => parseManifest(JSON.stringify(damaged))).toThrow(InvalidData);
    }),
  );
});

test("a block index whose blocks do not make up its size is refused", () => {
  const index = { blockSize: 10, size: 21, blocks: ["a".repeat(64), "b".repeat(64)] };
  expect(() => parseBlockIndex(Buffer.from(JSON.stringify(index)))).toThrow(
    "2 blocks of 10 bytes do not make a file of 21 bytes",
  );
});

test("a block that nobody can keep in memory is refused", () => {
  const index = { blockSize: 2 ** 30, size: 5, blocks: ["a".repeat(64)] };
  expect(() => parseBlockIndex(Buffer.from(JSON.stringify(index)))).toThrow(
    "a block has 1073741824 bytes",
  );
});

test("a block name that is not a SHA-256 is refused", () => {
  const index = { blockSize: 10, size: 5, blocks: ["../../etc/passwd"] };
  expect(() => parseBlockIndex(Buffer.from(JSON.stringify(index)))).toThrow(
    "blocks[0] is not a SHA-256",
  );
});

type Path = (string | number)[];

/** The paths of all values in a document, but the document's own. */
function pathsOf(value: unknown): Path[] {
  if (typeof value !== "object" || value === null) return [];
  const entries: [string | number, unknown][] = Array.isArray(value)
    ? [...value.entries()]
    : Object.entries(value);
  return entries.flatMap(([key, inner]) => [
    [key],
    ...pathsOf(inner).map((path) => [key, ...path]),
  ]);
}

function valueAt(document: unknown, path: Path): unknown {
  return path.reduce((value, key) => (value as Record<string | number, unknown>)[key], document);
}

function setAt(document: unknown, path: Path, value: unknown): void {
  const parent = valueAt(document, path.slice(0, -1)) as Record<string | number, unknown>;
  const last = path.at(-1)!;
  // A count may be null and text may be any text: those are replaced by an object.
  parent[last] = typeof parent[last] === "string" || parent[last] === null ? {} : value;
}
