/**
 * One value of a table as the content of a `td`, as a string: these functions run for every cell of
 * a page, so they avoid what `html` costs.
 */

import { integerText, realText, valueText } from "../../../core/sqlite/values.ts";
import { splitQuery } from "../../links.ts";
import type { BlobCell, Cell, ForeignKeyCell, MarkedCell } from "../../pages/types.ts";
import { indentJson } from "../text/indent-json.ts";
import { byteSize, grouped } from "../text/numbers.ts";
import { truncateText, truncateUrl } from "../text/truncate.ts";
import { escapeHtml } from "./escape.ts";
import { markedText } from "./marked-text.ts";
import { onePiece } from "./one-piece.ts";

/** Text longer than this (characters) is folded to a few lines. */
const LONG = 240;
/** Longer text (characters) is text, whatever it stands for: links and labels are put on a page whole. */
const LONGEST_WHOLE = 20_000;
/** Larger images (bytes) are only offered for download. */
const PREVIEW_LIMIT = 2_000_000;

export type CellType = "none" | "int" | "float" | "str" | "date" | "bytes";

const ISO_DATE = /^\d{4}-\d\d-\d\d/;

/** Python's names of types, as `type-…` classes that site owners' style sheets know; dates are `str`, too. */
export function cellType(cell: Cell): CellType {
  if (cell === null) return "none";
  switch (typeof cell) {
    case "bigint":
      return "int";
    case "number":
      return "float";
    case "string":
      return cell.charCodeAt(4) === 45 && ISO_DATE.test(cell) ? "date" : "str";
    default:
      if (cell instanceof Uint8Array || cell.kind === "blob") return "bytes";
      return cellType(cell.value);
  }
}

/**
 * `truncate` is the setting `truncate_cells_html`: 0 shows everything. `columnType` is the configured
 * type of the column.
 */
export function cellHtml(cell: Cell, truncate: number, columnType: string | null): string {
  if (cell === null || cell === "") return "&nbsp;";
  if (typeof cell === "bigint") return integerText(cell);
  if (typeof cell === "string") return textHtml(cell, truncate, columnType);
  if (typeof cell === "number") return realText(cell);
  if (typeof cell === "object" && !(cell instanceof Uint8Array)) {
    if (cell.kind === "marked") return markedHtml(cell, truncate, columnType);
    return cell.kind === "blob" ? blobHtml(cell) : foreignKeyHtml(cell);
  }
  return escapeHtml(valueText(cell));
}

/** REALs with more characters are rounded: nobody reads 5.722402597402597. */
const LONGEST_REAL = 10;

/** A REAL as it is read, with all of it as its title where it was rounded. */
export function roundedHtml(value: number): string {
  const exact = realText(value);
  if (exact.length <= LONGEST_REAL || !Number.isFinite(value)) return exact;
  const digits = Math.abs(value) < 1000 ? value.toPrecision(6) : value.toFixed(2);
  const rounded = realText(Number(digits));
  return rounded.length >= exact.length ? exact : `<span title="${exact}">${rounded}</span>`;
}

function textHtml(text: string, truncate: number, columnType: string | null): string {
  if (columnType !== null && text.length <= LONGEST_WHOLE) {
    const typed = typedHtml(text, columnType);
    if (typed !== null) return typed;
  }
  // Nearly no value is a URL: its first character (a space or an h) tells most of them apart.
  const first = text.charCodeAt(0);
  if ((first === 32 || first === 104) && text.length <= LONGEST_WHOLE) {
    const url = text.trim();
    if (/^https?:\/\/\S*$/.test(url)) {
      return `<a href="${escapeHtml(url)}">${escapeHtml(truncateUrl(url, truncate))}</a>`;
    }
  }
  const shown = escapeHtml(truncateText(text, truncate));
  return text.length > LONG ? `<div class="long" tabindex="0">${shown}</div>` : shown;
}

/** Null where the value is not what its column's type says. */
function typedHtml(text: string, columnType: string): string | null {
  const value = text.trim();
  if (columnType === "url" && /^https?:/i.test(value)) {
    return `<a href="${escapeHtml(value)}">${escapeHtml(value)}</a>`;
  }
  if (columnType === "email") {
    return `<a href="mailto:${escapeHtml(value)}">${escapeHtml(value)}</a>`;
  }
  if (columnType === "json") {
    try {
      return `<pre>${escapeHtml(indentJson(text))}</pre>`;
    } catch {
      return null;
    }
  }
  return null;
}

/** What is more than text stays what it is. */
function markedHtml({ value, parts }: MarkedCell, truncate: number, columnType: string | null) {
  const plain = textHtml(value, truncate, columnType);
  return /^<(?!div class="long")/.test(plain) ? plain : markedText(parts, truncate, LONG);
}

function foreignKeyHtml(cell: ForeignKeyCell): string {
  if (!cell.isShared) return makeReference(cell);
  cell.markup ??= onePiece(makeReference(cell));
  return cell.markup;
}

function makeReference({ value, key, label, table, path }: ForeignKeyCell): string {
  const shownKey = escapeHtml(key);
  if (table.link === null) {
    const [tablePath, query] = splitQuery(table.href);
    const beginning = onePiece(`<a href="${escapeHtml(tablePath)}/`);
    table.link = { beginning, end: `${escapeHtml(query)}">` };
  }
  // Nothing in a path needs escaping.
  const opening = `${table.link.beginning}${path}${table.link.end}`;
  if (label === value) return `${opening}${shownKey}</a>`;
  // Where there is no label the key stands for it; nobody needs to see it twice.
  if (label === key) return `${opening}${shownKey}</a> <em hidden>${shownKey}</em>`;
  const shownLabel = escapeHtml(truncateText(valueText(label), LONGEST_WHOLE));
  return `${opening}${shownLabel || "-"}</a> <em>${shownKey}</em>`;
}

function blobHtml({ bytes, href }: BlobCell): string {
  const size = bytes.length;
  const title = size >= 1024 ? ` title="${byteSize(size)}"` : "";
  const name = `&lt;Binary:&nbsp;${grouped(size)}&nbsp;byte${size === 1 ? "" : "s"}&gt;`;
  const link = `<a class="blob-download" href="${escapeHtml(href)}"${title}>${name}</a>`;
  if (size > PREVIEW_LIMIT || !isImage(bytes)) return link;
  return `${link}<img class="blob-preview" src="${escapeHtml(href)}" alt="" loading="lazy">`;
}

/** First bytes (hex) of PNG, JPEG, GIF and WebP files. */
const IMAGE_SIGNATURE = /^(89504e470d0a1a0a|ffd8ff|47494638(37|39)61|52494646.{8}57454250)/;

function isImage(bytes: Uint8Array): boolean {
  return (
    bytes.length > 100 && IMAGE_SIGNATURE.test(Buffer.from(bytes.subarray(0, 12)).toString("hex"))
  );
}
