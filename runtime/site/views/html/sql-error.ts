/** Where in SQL text an error is, as far as SQLite's message tells. */

export interface ErrorPlace {
  /** Offsets into the SQL text: first character, and the one after the last. */
  from: number;
  to: number;
}

/** Messages that name the text they are about. */
const NAMED = [
  /near "(.+)": syntax error$/s,
  /unrecognized token: "(.+)"$/s,
  /no such (?:column|table|function|collation sequence): (.+)$/s,
  /wrong number of arguments to function (.+)\(\)$/s,
  /ambiguous column name: (.+)$/s,
  /misuse of (?:aggregate|window function)(?: function)?:? (.+?)(?:\(\))?$/s,
];

/** Null where the message names no place, or one that is not in the text. */
export function errorPlace(sql: string, message: string): ErrorPlace | null {
  if (message === "Statement must be a SELECT") return firstWord(sql);
  if (message.startsWith("Statement contained a disallowed PRAGMA")) {
    const at = sql.search(/pragma\w*/i);
    return at < 0 ? null : { from: at, to: at + /^\w+/.exec(sql.slice(at))![0].length };
  }
  if (/incomplete input$/.test(message)) {
    const end = sql.trimEnd().length;
    return { from: Math.max(0, end - 1), to: end };
  }
  for (const pattern of NAMED) {
    const name = pattern.exec(message)?.[1];
    if (name === undefined) continue;
    return find(sql, name) ?? find(sql, name.slice(name.lastIndexOf(".") + 1));
  }
  return null;
}

/** What the statement begins with, after comments. */
function firstWord(sql: string): ErrorPlace | null {
  const before = /^(?:\s|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/)*/.exec(sql)![0].length;
  const word = /^(?:\w+|\S)/.exec(sql.slice(before))?.[0];
  return word === undefined ? null : { from: before, to: before + word.length };
}

/** The only whole-word occurrence: with several, pointing at one would be a guess. */
function find(sql: string, name: string): ErrorPlace | null {
  const places: ErrorPlace[] = [];
  const text = sql.toLowerCase();
  const wanted = name.toLowerCase();
  for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + 1)) {
    const isWhole = !joins(text, at, -1) && !joins(text, at + wanted.length, 0);
    if (isWhole) places.push({ from: at, to: at + name.length });
  }
  return places.length === 1 ? places[0]! : null;
}

/** Whether the characters on both sides of `at` belong to one word. */
function joins(text: string, at: number, side: -1 | 0): boolean {
  const word = /[\p{L}\p{N}_$]/u;
  const inside = side === -1 ? at : at - 1;
  const outside = side === -1 ? at - 1 : at;
  return word.test(text[inside] ?? "") && word.test(text[outside] ?? "");
}
