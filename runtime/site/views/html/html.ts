/**
 * Markup as values. `html` is a template tag that escapes everything put into it, except markup
 * that was itself made with `html`, or that was declared trusted with `trusted`. Attribute values
 * in templates are always written in double quotes; that is what makes escaping enough.
 *
 * Templates spell characters beyond Latin-1 as entities, and so do values that have but a few of them: a
 * single one would make V8 keep the page at two bytes a character, and everything done with it would
 * take twice as long.
 */

/** Markup that needs no escaping any more. Only `html` and `trusted` make it. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  toString(): string {
    return this.text;
  }
}

/** What a template takes. Nothing is printed for null, undefined and booleans. */
export type Content =
  | Html
  | string
  | number
  | bigint
  | boolean
  | null
  | undefined
  | readonly Content[];

export const NOTHING = new Html("");

export function html(parts: TemplateStringsArray, ...values: Content[]): Html {
  let text = parts[0]!;
  for (let i = 0; i < values.length; i++) text += render(values[i]) + parts[i + 1]!;
  return new Html(text);
}

/** Declares that `text` is markup whose author is the owner of the site or this program. */
export function trusted(text: string): Html {
  return new Html(text);
}

/** Puts `separator` between the items. */
export function join(items: readonly Content[], separator: Content): Html {
  const between = render(separator);
  return new Html(items.map(render).join(between));
}

function render(value: Content): string {
  if (typeof value === "string") return escapeHtml(value);
  if (value instanceof Html) return value.text;
  if (value === null || value === undefined || typeof value === "boolean") return "";
  if (typeof value === "object") return value.map(render).join("");
  return String(value);
}

const SPECIAL = /[&<>"'\u0100-\uffff]/;

/** Escapes for element content and for quoted attribute values. */
export function escapeHtml(text: string): string {
  // Most values have nothing to escape; searching is much cheaper than building a new string.
  const first = text.search(SPECIAL);
  if (first === -1) return text;
  const wide = wideCharacters(text);
  const asEntities = wide > 0 && wide <= 1 + text.length / 8;
  let escaped = text.slice(0, first);
  let done = first;
  for (let i = first; i < text.length; i++) {
    const code = text.charCodeAt(i);
    const entity = code > 0xff && asEntities ? `&#${text.codePointAt(i)};` : ENTITIES[code];
    if (entity === undefined) continue;
    escaped += text.slice(done, i) + entity;
    if (text.codePointAt(i)! > 0xffff) i++;
    done = i + 1;
  }
  escaped += text.slice(done);
  // Parts of a string with two bytes a character have two, too, whether they need them or not.
  return asEntities ? Buffer.from(escaped, "latin1").toString("latin1") : escaped;
}

/** How many are beyond Latin-1. */
function wideCharacters(text: string): number {
  let count = 0;
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 0xff) count++;
  return count;
}

const ENTITIES: Record<number, string | undefined> = {
  34: "&quot;",
  38: "&amp;",
  39: "&#39;",
  60: "&lt;",
  62: "&gt;",
};

/**
 * The same text, for what is used again and again: V8 keeps a sum of strings as a chain of its pieces,
 * and goes through the chain wherever the sum is put into another text. Joining copies, but only where
 * there are two strings to join.
 */
export function onePiece(text: string): string {
  return [text.slice(0, 1), text.slice(1)].join("");
}
