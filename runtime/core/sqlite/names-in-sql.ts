/**
 * Finding names in the text of SQL without parsing it. Whatever way a name is quoted, it is found; text
 * in strings and comments counts as well, so that a reader may only be too careful.
 */
import { asciiLower } from "../names.ts";

/** A character of https://www.sqlite.org/draft/tokenreq.html: an identifier that is not quoted. */
const LETTER = "[\\w$\\x80-\\uffff]";
const WORD = new RegExp(`${LETTER}+`, "g");
const ONLY_A_WORD = new RegExp(`^${LETTER}+$`);

/** Looks for names in texts of `plainSql`. */
export class NameFinder {
  readonly #words = new Set<string>();
  /** Patterns of names that are not one word. */
  readonly #others: string[] = [];

  constructor(names: Iterable<string>) {
    for (const name of names) {
      const text = plainSql(name).trim();
      if (ONLY_A_WORD.test(text)) this.#words.add(text);
      else this.#others.push(`${text.replace(/[^\w ]/g, "\\$&")}(?!${LETTER})`);
    }
  }

  isIn(text: string): boolean {
    if (this.#words.size > 0) {
      for (const [word] of text.matchAll(WORD)) if (this.#words.has(word)) return true;
    }
    return this.#others.some((other) => new RegExp(`(?<!${LETTER})${other}`).test(text));
  }

  /** Whether one of the names follows this regular expression. */
  isAfter(before: string, text: string): boolean {
    for (const [, word = ""] of text.matchAll(new RegExp(`${before}(${LETTER}+)`, "g"))) {
      if (this.#words.has(word)) return true;
    }
    return this.#others.some((other) => new RegExp(before + other).test(text));
  }
}

/** Lower case, and each run of white space and quotes one space. */
export function plainSql(sql: string): string {
  return asciiLower(sql).replace(/[\s"'`[\]]+/g, " ");
}

/** Without the comments and blanks that it begins with. */
export function withoutLeadingComments(sql: string): string {
  return sql.replace(/^(?:\s|;|--[^\n]*(?:\n|$)|\/\*[\s\S]*?(?:\*\/|$))+/, "");
}
