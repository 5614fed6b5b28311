import { describe, expect, test } from "vitest";
import { cellHtml, cellType } from "../../../../../runtime/site/views/fast-text/cell.ts";

const shown = (cell: Parameters<typeof cellHtml>[0], columnType: string | null = null) =>
  cellHtml(cell, 2048, columnType);

const reference = {
  kind: "foreign-key",
  value: 3n,
  key: "3",
  label: "T<a",
  table: { href: "/db/t", link: null },
  path: "3",
  isShared: true,
  markup: null,
} as const;

describe("a cell", () => {
  test("shows integers beyond 2^53 exactly, and REALs as what they are", () => {
    expect(shown(9223372036854775807n)).toBe("9223372036854775807");
    expect(shown(1)).toBe("1.0");
  });

  test("shows null and empty text as a space that does not break", () => {
    expect([shown(null), shown("")]).toEqual(["&nbsp;", "&nbsp;"]);
  });

  test("links URLs, and only whole ones", () => {
    expect(shown(" https://example.com/?a=1&b=2 ")).toBe(
      '<a href="https://example.com/?a=1&amp;b=2">https://example.com/?a=1&amp;b=2</a>',
    );
    expect(shown("https://example.com and more")).toBe("https://example.com and more");
    expect(shown("javascript:alert(1)", "url")).toBe("javascript:alert(1)");
  });

  test("shows a foreign key by its label, and the key beside it", () => {
    expect(shown({ ...reference })).toBe('<a href="/db/t/3">T&lt;a</a> <em>3</em>');
    expect(shown({ ...reference, label: "3" })).toBe('<a href="/db/t/3">3</a> <em hidden>3</em>');
    expect(shown({ ...reference, label: 3n })).toBe('<a href="/db/t/3">3</a>');
    expect(shown({ ...reference, label: "" })).toBe('<a href="/db/t/3">-</a> <em>3</em>');
  });

  test("offers BLOBs for download, and shows pictures", () => {
    const picture = Buffer.concat([Buffer.from("GIF89a"), Buffer.alloc(200)]);
    expect(shown({ kind: "blob", bytes: new Uint8Array(1), href: "/x.blob" })).toBe(
      '<a class="blob-download" href="/x.blob">&lt;Binary:&nbsp;1&nbsp;byte&gt;</a>',
    );
    expect(shown({ kind: "blob", bytes: picture, href: "/x.blob" })).toContain(
      '<img class="blob-preview" src="/x.blob"',
    );
  });

  test("lays JSON out where the column is said to hold it, every digit kept", () => {
    expect(shown('{"a":9007199254740993,"b":1.0}', "json")).toBe(
      "<pre>{\n  &quot;a&quot;: 9007199254740993,\n  &quot;b&quot;: 1.0\n}</pre>",
    );
    expect(shown("not JSON", "json")).toBe("not JSON");
  });

  test("folds long text", () => {
    expect(shown("x".repeat(241))).toMatch(/^<div class="long" tabindex="0">x+<\/div>$/);
  });

  test("cuts text after so many characters, not UTF-16 units", () => {
    expect(cellHtml("😀😀😀", 2, null)).toBe("😀😀…");
    expect(cellHtml("😀😀", 2, null)).toBe("😀😀");
    expect(cellHtml("abc", 0, null)).toBe("abc");
  });

  test("keeps the extension of a URL that is cut", () => {
    expect(cellHtml("https://example.com/a/long/path/picture.jpeg", 20, null)).toContain(
      ">https://example&#8230;.jpeg<",
    );
  });
});

describe("the type of a cell", () => {
  test.each([
    [null, "none"],
    [1n, "int"],
    [1, "float"],
    ["text", "str"],
    ["2024-02-29 10:00", "date"],
    [new Uint8Array(1), "bytes"],
    [reference, "int"],
  ])("%s: %s", (cell, expected) => {
    expect(cellType(cell)).toBe(expected);
  });
});
