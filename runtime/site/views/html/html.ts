/**
 * Markup as values. `html` is a template tag that escapes everything put into it, except markup
 * that was itself made with `html`, or that was declared trusted with `trusted`. Attribute values
 * in templates are always written in double quotes; that is what makes escaping enough.
 */

import { escapeHtml } from "../fast-text/escape.ts";

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
