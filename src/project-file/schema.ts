/** dsl.yaml as a JSON schema, for editors: made from the tables of options. Pure. */
import { COMMAND_OPTIONS, goesByFile } from "../options/command-options.ts";
import { fileKey, type Kind, type Option } from "../options/option.ts";
import { UPDATE_OPTIONS } from "../options/update-options.ts";

type Schema = Record<string, unknown>;

/** JSON schema draft 7, which editors know best. */
export function projectSchema(): Schema {
  const site = {
    name: { type: "string", pattern: "^[A-Za-z][A-Za-z0-9-]*$", description: "name of the site" },
    databases: {
      description: "paths of SQLite and data files, or paths by the name they are served under",
      anyOf: [
        { type: "string" },
        { type: "array", items: { type: "string" } },
        { type: "object", additionalProperties: { type: "string" } },
      ],
    },
    ...properties(UPDATE_OPTIONS),
    commands: {
      ...closed(
        Object.fromEntries(
          Object.keys(COMMAND_OPTIONS)
            .filter(goesByFile)
            .map((command) => [command, closed(properties(COMMAND_OPTIONS[command]!))]),
        ),
      ),
      description: "options of other commands, by command",
    },
  };
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "dsl.yaml",
    ...closed({
      ...site,
      environments: {
        type: "object",
        description: "what is different in an environment (--env)",
        additionalProperties: closed(site),
      },
    }),
  };
}

function closed(properties: Schema): Schema {
  return { type: ["object", "null"], properties, additionalProperties: false };
}

function properties(options: readonly Option[]): Schema {
  return Object.fromEntries(
    options.flatMap((option) => {
      const key = fileKey(option);
      return key === null ? [] : [[key, propertyOf(option)]];
    }),
  );
}

function propertyOf({ kind, help, negated, default: value }: Option): Schema {
  const values = valuesOf(kind);
  const orNot =
    negated === undefined || kind.type === "switch"
      ? values
      : { anyOf: [values, { const: false }] };
  const isPlain = ["string", "number", "boolean"].includes(typeof value);
  return { description: help, ...orNot, ...(isPlain ? { default: value } : {}) };
}

const SCALAR = { type: ["string", "number", "boolean"] };

function valuesOf(kind: Kind): Schema {
  switch (kind.type) {
    case "switch":
      return { type: "boolean" };
    case "number": {
      const number = { type: "integer", minimum: kind.from, maximum: kind.to };
      return kind.orNone ? { anyOf: [number, { const: "none" }] } : number;
    }
    case "choice":
      return { enum: kind.among };
    case "text":
      return {
        ...SCALAR,
        ...(kind.pattern ? { type: "string", pattern: kind.pattern.source } : {}),
      };
    case "path":
      return { type: "string" };
    case "document":
      return { type: ["string", kind.holds === "list" ? "array" : "object"] };
    case "list":
      return { anyOf: [SCALAR, { type: "array", items: SCALAR }] };
    case "map":
      return { type: "object", additionalProperties: kind.anyValue ? true : SCALAR };
  }
}
