/** Writes dsl.yaml, or changes one and leaves everything else in it as it is, comments too. Pure. */
import { Document, isMap, parseDocument } from "yaml";
import { fileKey, type Option, property } from "../options/option.ts";

/** What is to stand in the file; what is absent stays. */
export interface Changes {
  name?: string;
  databases?: readonly string[];
  /** By key. */
  options: Readonly<Record<string, unknown>>;
}

const HEADING = ` The site's options: dsl update-stack publishes it, dsl serve shows it here.
 docs/dsl-yaml.md says what can stand in this file, dsl schema helps editors with it.`;

/** `text`: the file as it is; null to begin one. It has to be valid. */
export function editProject(text: string | null, { name, databases, options }: Changes): string {
  const document = text === null ? new Document({}) : parseDocument(text);
  if (text === null) document.commentBefore = HEADING;
  if (document.contents === null) document.contents = document.createNode({}) as never;
  const changes = { name, databases, ...options };
  for (const [key, value] of Object.entries(changes)) {
    if (value === undefined) continue;
    const before = document.get(key, true);
    // Names that are there already stay, as flags add to mappings of the file.
    if (isMap(before) && typeof value === "object" && !Array.isArray(value)) {
      for (const [name, each] of Object.entries(value!)) document.setIn([key, name], each);
    } else {
      document.set(key, document.createNode(value));
    }
  }
  return document.toString({ lineWidth: 0, flowCollectionPadding: false });
}

/** Values of options by their keys in the file; paths have to be as they should be written. */
export function keyedOptions(
  options: readonly Option[],
  values: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  return Object.fromEntries(
    options.flatMap((option) => {
      const key = fileKey(option);
      const value = values[property(option)];
      if (key === null || value === undefined) return [];
      return [[key, option.kind.type === "map" ? plainValues(value) : value] as const];
    }),
  );
}

/** Flags give text; in a file, numbers and switches are written as what they are. */
function plainValues(map: unknown): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(map as Record<string, unknown>).map(([name, value]) => {
      if (typeof value !== "string") return [name, value];
      if (value === "true" || value === "false") return [name, value === "true"];
      return [name, /^(0|[1-9]\d{0,14})$/.test(value) ? Number(value) : value];
    }),
  );
}
