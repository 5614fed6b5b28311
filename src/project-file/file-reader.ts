/** A YAML file whose mistakes are reported with line and column. */
import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  LineCounter,
  type Node,
  parseDocument,
  type Scalar,
} from "yaml";
import { nearest } from "../../runtime/core/config/config-error.ts";
import { DslError } from "../../runtime/core/dsl-error.ts";
import { finite } from "./read-yaml.ts";

/** A key with its value, as they stand in the file. */
export interface Entry {
  key: string;
  keyNode: Node;
  /** null where nothing follows the key. */
  value: Node | null;
}

export class FileReader {
  /** As the user named it, for messages. */
  readonly path: string;
  readonly document: Document.Parsed;
  readonly #lines = new LineCounter();

  /** Throws a DslError when the text is not YAML. */
  constructor(path: string, text: string) {
    this.path = path;
    this.document = parseDocument(text, { lineCounter: this.#lines, prettyErrors: false });
    const problem = this.document.errors[0];
    if (problem === undefined) return;
    const { line, col } = this.#lines.linePos(problem.pos[0]);
    throw new DslError(
      "invalid_file",
      `${path}:${line}:${col}: ${lowerFirst(problem.message)}`,
      "correct that place; the file is YAML",
    );
  }

  /** The line of a node, from 1. */
  lineOf(node: Node): number {
    return this.#lines.linePos(node.range?.[0] ?? 0).line;
  }

  /** `dsl.yaml:12:3` */
  placeOf(node: Node): string {
    const { line, col } = this.#lines.linePos(node.range?.[0] ?? 0);
    return `${this.path}:${line}:${col}`;
  }

  /** `dsl.yaml:12:3: problem` */
  error(node: Node, problem: string, hint: string): DslError {
    return new DslError("invalid_file", `${this.placeOf(node)}: ${problem}`, hint);
  }

  /** The entries of a mapping; `what` it is, for the message where it is none. */
  entries(node: Node, what: string): Entry[] {
    const map = this.resolve(node);
    if (!isMap(map)) {
      throw this.error(node, `${what} has to be a mapping of keys to values`, `${what}: {…}`);
    }
    return map.items.map(({ key, value }) => ({
      key: isScalar(key) ? scalarText(key) : String(key),
      keyNode: key as Node,
      value: isEmpty(value as Node | null) ? null : (value as Node),
    }));
  }

  /** Throws for a key that is not among `known`, with the nearest one that is. */
  requireKnown({ key, keyNode }: Entry, known: readonly string[], what: string): void {
    if (known.includes(key)) return;
    const near = nearest(key, known);
    const hint = near === null ? `keys of ${what}: ${known.join(", ")}` : `did you mean ${near}?`;
    throw this.error(keyNode, `"${key}" is not a key of ${what}`, hint);
  }

  /** What an alias stands for; other nodes as they are. */
  resolve(node: Node): Node {
    if (!isAlias(node)) return node;
    return (node.resolve(this.document) as Node | undefined) ?? node;
  }

  /** A value as plain data. Throws for one whose aliases lead into itself, or to far too much. */
  plain(node: Node): unknown {
    const data = finite(() => node.toJS(this.document));
    if (data !== undefined) return data;
    throw this.error(node, "its aliases (*name) stand for too much", "write it out");
  }
}

/** A scalar as it is written, so that 007 stays 007. */
export function scalarText(node: Scalar): string {
  return typeof node.value === "string" ? node.value : (node.source ?? String(node.value));
}

function isEmpty(node: Node | null): boolean {
  return node === null || (isScalar(node) && node.value === null);
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
