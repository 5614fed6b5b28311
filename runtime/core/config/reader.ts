import { ConfigError, nearest } from "./config-error.ts";

type Json = Record<string, unknown>;

/** One object of a configuration file, read with checks that name the place of a mistake. */
export class Reader {
  readonly path: string;
  readonly value: Json;

  constructor(path: string, value: unknown) {
    if (!isObject(value)) throw new ConfigError(path, `expected an object, got ${describe(value)}`);
    this.path = path;
    this.value = value;
  }

  /** @throws ConfigError for a key that is not one of these. */
  allowOnly(known: readonly string[]): void {
    for (const key of Object.keys(this.value)) {
      if (known.includes(key)) continue;
      const suggestion = nearest(key, known);
      throw new ConfigError(
        this.at(key),
        "unknown key",
        suggestion === null
          ? `Known keys here: ${known.join(", ")}.`
          : `Did you mean "${suggestion}"?`,
      );
    }
  }

  at(key: string): string {
    return this.path.endsWith(":") ? `${this.path} ${key}` : `${this.path}.${key}`;
  }

  /** null when absent or null. */
  string(key: string): string | null {
    return this.#typed(key, "a string", (value) => typeof value === "string");
  }

  boolean(key: string): boolean | null {
    return this.#typed(key, "true or false", (value) => typeof value === "boolean");
  }

  strings(key: string): string[] | null {
    return this.#typed(
      key,
      "a list of strings",
      (value) => Array.isArray(value) && value.every((item) => typeof item === "string"),
    );
  }

  list(key: string): unknown[] {
    return this.#typed(key, "a list", Array.isArray) ?? [];
  }

  /** A whole number from 0, or `max`. */
  size(key: string): number | "max" | null {
    return this.#typed(
      key,
      'a whole number or "max"',
      (value) => value === "max" || (Number.isSafeInteger(value) && (value as number) >= 0),
    );
  }

  /** The object under `key`; an empty one when absent. */
  object(key: string): Reader {
    return new Reader(this.at(key), this.value[key] ?? {});
  }

  /** The objects under `key`, by name. */
  *objects(key: string): Iterable<[name: string, object: Reader]> {
    const parent = this.object(key);
    for (const name of Object.keys(parent.value)) yield [name, parent.object(name)];
  }

  #typed<T>(key: string, expected: string, isRight: (value: unknown) => boolean): T | null {
    const value = this.value[key];
    if (value === undefined || value === null) return null;
    if (!isRight(value)) {
      throw new ConfigError(this.at(key), `expected ${expected}, got ${describe(value)}`);
    }
    return value as T;
  }
}

export function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The value as it would be written, shortened. */
export function describe(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
