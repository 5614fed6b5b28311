/** The value of an option in dsl.yaml, in the form that its flag would give. */

import { join } from "node:path";
import { InvalidArgumentError } from "commander";
import { isMap, isScalar, isSeq, type Node } from "yaml";
import { fileKey, type Kind, type Option } from "../options/option.ts";
import { readText } from "../options/read-text.ts";
import { type FileReader, scalarText } from "./file-reader.ts";

/** `folder`: that of the file, which paths in it are relative to. Throws a DslError with the place. */
export function readValue(option: Option, node: Node, reader: FileReader, folder: string): unknown {
  const key = fileKey(option) ?? option.name;
  const value = reader.resolve(node);
  if (option.negated !== undefined && isScalar(value) && value.value === false) return false;
  switch (option.kind.type) {
    case "switch":
      if (isScalar(value) && typeof value.value === "boolean") return value.value;
      throw reader.error(node, `${key} has to be true or false`, `${key}: true`);
    case "document":
      if (option.kind.holds === "list" ? isSeq(value) : isMap(value)) return reader.plain(value);
      if (isScalar(value)) return join(folder, text(value));
      throw reader.error(
        node,
        `${key} has to be a ${option.kind.holds}, or the path of a file`,
        `${key}: …`,
      );
    case "path":
      return join(folder, text(value));
    case "list":
      return (isSeq(value) ? (value.items as Node[]) : [value]).flatMap(
        (item) => read(option.kind, item, inFolder(option.kind, text(item))) as unknown[],
      );
    case "map":
      return readMap(option.kind, value);
    default:
      return read(option.kind, node, text(value));
  }

  function readMap(kind: Kind & { type: "map" }, map: Node): unknown {
    if (kind.anyValue) {
      const entries = reader.entries(map, key);
      return Object.fromEntries(
        entries.map(({ key: name, value }) => [name, value === null ? null : reader.plain(value)]),
      );
    }
    let all: unknown;
    for (const { key: name, keyNode, value } of reader.entries(map, key)) {
      const item = value === null ? "" : inFolder(kind, text(value));
      all = read(kind, keyNode, `${name}${kind.divider}${item}`, all);
    }
    return all ?? {};
  }

  function read(kind: Kind, at: Node, text: string, previous?: unknown): unknown {
    try {
      return readText(kind, text, previous);
    } catch (error) {
      if (!(error instanceof InvalidArgumentError)) throw error;
      const what = `${key} cannot be ${JSON.stringify(text)}: ${lowerFirst(error.message)}`;
      throw reader.error(at, what.replace(/\.$/, ""), `correct ${key}`);
    }
  }

  function text(item: Node): string {
    const scalar = reader.resolve(item);
    if (isScalar(scalar) && scalar.value !== null) return scalarText(scalar);
    throw reader.error(item, `${key} has to have a single value here`, `${key}: …`);
  }

  function inFolder(kind: Kind, path: string): string {
    return "paths" in kind && kind.paths ? join(folder, path) : path;
  }
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
