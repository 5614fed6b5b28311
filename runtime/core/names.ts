/**
 * Names in URLs and in SQL. Every name that goes into a URL path or into SQL passes through here.
 */

const TILDE_SAFE = /^[A-Za-z0-9_-]*$/;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/**
 * Tilde-encodes a name or a primary key value for a URL path: UTF-8 bytes other than
 * `A-Z a-z 0-9 _ -` become `~XX`, a space becomes `+`.
 */
export function tildeEncode(text: string): string {
  if (TILDE_SAFE.test(text)) return text;
  let encoded = "";
  for (const byte of encoder.encode(text)) {
    const character = String.fromCharCode(byte);
    if (character === " ") encoded += "+";
    else if (TILDE_SAFE.test(character)) encoded += character;
    else encoded += `~${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  }
  return encoded;
}

/**
 * Undoes `tildeEncode`. A tilde that begins no escape becomes `%`, as it does in Datasette; invalid
 * UTF-8 becomes U+FFFD.
 */
export function tildeDecode(text: string): string {
  if (TILDE_SAFE.test(text)) return text;
  return text.replaceAll("+", " ").replace(/(?:~[0-9A-Fa-f]{2})+|~/g, (escapes) => {
    if (escapes === "~") return "%";
    const bytes = escapes.slice(1).split("~");
    return decoder.decode(Uint8Array.from(bytes, (hex) => Number.parseInt(hex, 16)));
  });
}

/** Splits a comma-separated list of tilde-encoded values, such as a compound key in a URL. */
export function tildeDecodeList(text: string): string[] {
  return text.split(",").map(tildeDecode);
}

/** SQLite's `lower()`, which knows ASCII letters only; names that are equal so are the same to SQLite. */
export function asciiLower(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

const PLAIN_IDENTIFIER = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

/**
 * https://www.sqlite.org/lang_keywords.html, as far as Datasette quotes them; and, at the end, the two
 * younger ones that SQLite takes for a name nowhere.
 */
const RESERVED_WORDS = new Set(
  (
    "abort action add after all alter analyze and as asc attach autoincrement before begin between " +
    "by cascade case cast check collate column commit conflict constraint create cross current_date " +
    "current_time current_timestamp database default deferrable deferred delete desc detach distinct " +
    "drop each else end escape except exclusive exists explain fail for foreign from full glob group " +
    "having if ignore immediate in index indexed initially inner insert instead intersect into is " +
    "isnull join key left like limit match natural no not notnull null of offset on or order outer " +
    "plan pragma primary query raise recursive references regexp reindex release rename replace " +
    "restrict right rollback row savepoint select set table temp temporary then to transaction " +
    "trigger union unique update using vacuum values view virtual when where with without " +
    "nothing returning"
  ).split(" "),
);

/** A quoted SQL identifier, always with quotes. */
export function quoteAlways(identifier: string): string {
  return `"${identifier.replaceAll('"', '""')}"`;
}

/**
 * A SQL identifier, with quotes only where it needs them: reported SQL is part of the API, and
 * this is how Datasette writes it.
 */
export function quoteIdentifier(identifier: string): string {
  return PLAIN_IDENTIFIER.test(identifier) && !RESERVED_WORDS.has(identifier.toLowerCase())
    ? identifier
    : quoteAlways(identifier);
}
