/**
 * Names of tables and columns made of keys of events, by the rules of dlt's naming convention
 * `snake_case` (https://dlthub.com/docs/general-usage/naming-convention). Pure.
 */
import { createHash } from "node:crypto";

/** Between a table and its list, and between an object and its member. */
export const SEPARATOR = "__";
/** Characters of a name; a longer one is shortened around a tag that is made of all of it. */
export const LONGEST_NAME = 127;
/** The name of a key that has none. */
export const EMPTY_NAME = "_empty";
/** Bytes of a tag: two names have the same once in a thousand million. */
const TAG_BYTES = 4;
/** Keys are the client's, so the memory for them is bounded: so many, of so many characters each. */
const REMEMBERED = 10_000;
const LONGEST_REMEMBERED = 200;

const LIKE_LETTERS: Record<string, string> = { "+": "x", "*": "x", "-": "_", "@": "a", "|": "l" };

/** One identifier in snake case: "Small Love-Potion" → "small_love_potion". Empty for white space. */
export function normaliseName(identifier: string, longest = LONGEST_NAME): string {
  const trimmed = identifier.trim();
  const words = withoutEnd(
    trimmed
      .replace(/[+*@|-]/g, (character) => LIKE_LETTERS[character] as string)
      .replace(/[^a-zA-Z\p{Nd}_]+/gu, "_")
      .replace(/([^_])([A-Z][a-z]+)/g, "$1_$2")
      .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
      .toLowerCase()
      .replace(/^(?=\p{Nd})/u, "_"),
  ).replace(/__+/g, "_");
  return shorten(words, trimmed, longest);
}

/**
 * Each `_` at the end as an `x`: a name that ended with the separator would be split at another place. No
 * pattern, which would begin anew at each `_` of a long row of them.
 */
function withoutEnd(name: string): string {
  let end = name.length;
  while (name[end - 1] === "_") end--;
  return name.slice(0, end) + "x".repeat(name.length - end);
}

/** The same for a key that may be a path already: its parts are normalised, "A__bC" → "a__b_c". */
export function normalisePath(path: string, longest = LONGEST_NAME): string {
  const parts = splitPath(path).map((part) => normaliseName(part, longest));
  return shorten(parts.join(SEPARATOR), path, longest);
}

/** Normalised parts as one name. */
export function joinNames(parts: readonly string[], longest = LONGEST_NAME): string {
  const path = parts.filter((part) => part.trim() !== "").join(SEPARATOR);
  return shorten(path, path, longest);
}

export function splitPath(path: string): string[] {
  return path.split(SEPARATOR).filter((part) => part.trim() !== "");
}

/** `name`, or as much of it as `longest` allows, with a tag of `original` in its middle. */
export function shorten(name: string, original: string, longest: number): string {
  if (name.length <= longest) return name;
  const tag = tagOf(original);
  const rest = longest - tag.length;
  const end = Math.floor(rest / 2);
  return name.slice(0, rest - end) + tag + name.slice(name.length - end);
}

/** Six characters of a-z and 0-9 that stand for a text. */
export function tagOf(text: string): string {
  return createHash("shake128", { outputLength: TAG_BYTES })
    .update(text)
    .digest("base64")
    .replace(/=+$/, "")
    .replaceAll("/", "a")
    .replaceAll("+", "b")
    .toLowerCase();
}

const remembered = new Map<string, string>();

/** The name of an event's key; most keys come again and again. */
export function nameOfKey(key: string): string {
  const known = remembered.get(key);
  if (known !== undefined) return known;
  const name = normalisePath(key) || EMPTY_NAME;
  if (key.length > LONGEST_REMEMBERED) return name;
  if (remembered.size >= REMEMBERED) remembered.clear();
  remembered.set(key, name);
  return name;
}
