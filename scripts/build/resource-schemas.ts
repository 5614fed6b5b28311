/**
 * dist/resource-schemas.json: what the resources in our templates may have, cut out of AWS's published
 * schemas (52 MB unpacked), so that `--set` can be checked before anything is deployed.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { loadAwsServiceSpecSync } from "@aws-cdk/aws-service-spec";
import packageJson from "@aws-cdk/aws-service-spec/package.json" with { type: "json" };
import type { PropertyType, ResourceProperties, SpecDatabase } from "@aws-cdk/service-spec-types";
import type {
  Properties,
  ResourceSchemas,
  ValueType,
} from "../../src/overrides/resource-schema.ts";
import { resourceSchemasFile, templatesFolder } from "../../src/paths.ts";
import { writeOutput } from "./outputs.ts";
import { rebuildWhenChanged } from "./unchanged.ts";

/** Deeper than this a value may be anything: rules of log pipelines and the like. */
const DEEPEST = 6;

export async function buildResourceSchemas(): Promise<void> {
  const templates = readdirSync(templatesFolder).map((name) =>
    readFileSync(join(templatesFolder, name), "utf8"),
  );
  const types = templates.flatMap((text) => text.match(/\bAWS::\w+::\w+$/gm) ?? []);
  const wanted = [...new Set(types)].sort();
  await rebuildWhenChanged(resourceSchemasFile, [packageJson.version, ...wanted], () => {
    const spec = loadAwsServiceSpecSync();
    const schemas = Object.fromEntries(wanted.flatMap((type) => entryOf(type, spec)));
    writeOutput(
      resourceSchemasFile,
      Buffer.from(JSON.stringify(schemas satisfies ResourceSchemas)),
    );
  });
}

function entryOf(type: string, spec: SpecDatabase): [string, Properties][] {
  const found = spec.lookup("resource", "cloudFormationType", "equals", type);
  return found.length === 0 ? [] : [[type, propertiesOf(found.only().properties, spec, 0)]];
}

function propertiesOf(declared: ResourceProperties, spec: SpecDatabase, depth: number): Properties {
  return Object.fromEntries(
    Object.entries(declared).map(([name, { type, required }]) => {
      const value = valueType(type, spec, depth);
      return [name, required ? { required: true, ...value } : value];
    }),
  );
}

function valueType(type: PropertyType, spec: SpecDatabase, depth: number): ValueType {
  switch (type.type) {
    case "string":
    case "integer":
    case "number":
      return type.type !== "number" && type.allowedValues
        ? { type: type.type, among: type.allowedValues }
        : { type: type.type };
    case "boolean":
      return { type: "boolean" };
    case "date-time":
      return { type: "string" };
    case "array":
      return { type: "list", of: valueType(type.element, spec, depth) };
    case "map":
      return { type: "map", of: valueType(type.element, spec, depth) };
    case "ref": {
      if (depth === DEEPEST) return { type: "any" };
      const { properties } = spec.get("typeDefinition", type.reference.$ref);
      return { type: "object", properties: propertiesOf(properties, spec, depth + 1) };
    }
    case "union": {
      const options = type.types.map((each) => valueType(each, spec, depth));
      return options.some(({ type }) => type === "any")
        ? { type: "any" }
        : { type: "union", options };
    }
    default:
      return { type: "any" };
  }
}
