import { encodePairs, type Pair } from "../query-string.ts";

/**
 * The query string, parsed once. Follows Python's `urllib.parse` (split on `&`, `+` is a space,
 * invalid escapes are kept, invalid UTF-8 becomes U+FFFD), because links that Datasette's users have
 * kept were written by it.
 */

export class Arguments {
  /** The query string as it was sent, without `?`. */
  readonly text: string;
  /** In the order in which they were sent, blank values included. */
  readonly pairs: readonly Pair[];
  readonly #byName = new Map<string, string[]>();

  constructor(text: string) {
    this.text = text;
    const pairs: Pair[] = [];
    if (text !== "") {
      for (const part of text.split("&")) {
        if (part === "") continue;
        const equals = part.indexOf("=");
        const name = decodeComponent(equals < 0 ? part : part.slice(0, equals));
        const value = equals < 0 ? "" : decodeComponent(part.slice(equals + 1));
        pairs.push([name, value]);
        const values = this.#byName.get(name);
        if (values) values.push(value);
        else this.#byName.set(name, [value]);
      }
    }
    this.pairs = pairs;
  }

  has(name: string): boolean {
    return this.#byName.has(name);
  }

  /** The first value; undefined when absent. */
  get(name: string): string | undefined {
    return this.#byName.get(name)?.[0];
  }

  getAll(name: string): readonly string[] {
    return this.#byName.get(name) ?? [];
  }

  /** Each name once, in the order of first appearance. */
  names(): IterableIterator<string> {
    return this.#byName.keys();
  }

  /** These arguments plus some more at the end. Blank ones are dropped, as everywhere in links. */
  adding(added: readonly Pair[]): string {
    return encodePairs([...this.filled(), ...added]);
  }

  /** Without every argument of these names. */
  without(names: readonly string[]): string {
    return encodePairs(this.pairsWithout(names));
  }

  pairsWithout(names: readonly string[]): Pair[] {
    return this.filled().filter(([name]) => !names.includes(name));
  }

  /** Without the arguments that have this name and this value. */
  withoutPair(removed: Pair): string {
    return encodePairs(
      this.filled().filter(([name, value]) => name !== removed[0] || value !== removed[1]),
    );
  }

  /** With these names replaced: the old ones go, the new ones come at the end. */
  replacing(replaced: readonly Pair[]): string {
    const names = new Set(replaced.map(([name]) => name));
    return encodePairs([...this.filled().filter(([name]) => !names.has(name)), ...replaced]);
  }

  /** Those that are not blank: blank ones mean nothing in links and forms. */
  filled(): Pair[] {
    return this.pairs.filter(([, value]) => value !== "");
  }
}

const decoder = new TextDecoder();

function decodeComponent(text: string): string {
  const spaced = text.includes("+") ? text.replaceAll("+", " ") : text;
  if (!spaced.includes("%")) return spaced;
  return spaced.replace(/(?:%[0-9A-Fa-f]{2})+/g, (escapes) =>
    decoder.decode(Uint8Array.from(escapes.slice(1).split("%"), (hex) => Number.parseInt(hex, 16))),
  );
}
