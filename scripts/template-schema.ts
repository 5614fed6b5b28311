/**
 * Checks a CloudFormation template against AWS's published resource schemas: resource types,
 * property names, required properties, value types and allowed values, and that every `Ref`,
 * `Fn::GetAtt`, `Fn::Sub` and `Condition` points at something that exists.
 */
import type { PropertyType, ResourceProperties, SpecDatabase } from "@aws-cdk/service-spec-types";

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type JsonObject = { [key: string]: Json };

/** A template as parsed YAML or JSON, intrinsic functions in their long form. */
export type Template = JsonObject;

/** Returns one sentence for each fault, each beginning with the path of the value; none when valid. */
export function templateFaults(template: Template, schemas: SpecDatabase): string[] {
  const faults: string[] = [];
  const resources = asObject(template.Resources) ?? {};
  for (const [id, value] of Object.entries(resources)) {
    checkResource(id, asObject(value) ?? {}, schemas, faults);
  }
  checkReferences(template, resources, schemas, faults);
  return faults;
}

const RESOURCE_ATTRIBUTES = new Set([
  "Type",
  "Properties",
  "Condition",
  "DependsOn",
  "DeletionPolicy",
  "UpdateReplacePolicy",
  "Metadata",
  "UpdatePolicy",
  "CreationPolicy",
]);

function checkResource(id: string, resource: JsonObject, schemas: SpecDatabase, faults: string[]) {
  const type = String(resource.Type);
  const schema = resourceSchema(type, schemas);
  if (!schema) {
    faults.push(`${id}: resource type ${type} is not in AWS's schemas`);
    return;
  }
  for (const attribute of Object.keys(resource)) {
    if (!RESOURCE_ATTRIBUTES.has(attribute)) faults.push(`${id}: unknown attribute ${attribute}`);
  }
  checkProperties(id, asObject(resource.Properties) ?? {}, schema.properties, schemas, faults);
}

function resourceSchema(type: string, schemas: SpecDatabase) {
  const found = schemas.lookup("resource", "cloudFormationType", "equals", type);
  return found.length > 0 ? found.only() : undefined;
}

function checkProperties(
  path: string,
  properties: JsonObject,
  declared: ResourceProperties,
  schemas: SpecDatabase,
  faults: string[],
): void {
  for (const [name, value] of Object.entries(properties)) {
    const property = declared[name];
    if (!property) faults.push(`${path}.${name}: unknown property`);
    else checkValue(`${path}.${name}`, value, property.type, schemas, faults);
  }
  for (const [name, property] of Object.entries(declared)) {
    if (property.required && !(name in properties)) faults.push(`${path}.${name}: missing`);
  }
}

function checkValue(
  path: string,
  value: Json,
  type: PropertyType,
  schemas: SpecDatabase,
  faults: string[],
): void {
  if (isIntrinsic(value)) return;
  const wrong = (expected: string) =>
    faults.push(`${path}: expected ${expected}, found ${JSON.stringify(value)}`);
  switch (type.type) {
    case "string":
    case "date-time":
      if (value === null || typeof value === "object") wrong("a string");
      else if (type.type === "string") checkAllowed(path, value, type.allowedValues, faults);
      return;
    case "integer":
    case "number":
      if (
        value === "" ||
        !["number", "string"].includes(typeof value) ||
        Number.isNaN(Number(value))
      )
        wrong("a number");
      else if (type.type === "integer") checkAllowed(path, value, type.allowedValues, faults);
      return;
    case "boolean":
      if (!["true", "false"].includes(String(value))) wrong("a boolean");
      return;
    case "array":
      if (!Array.isArray(value)) wrong("a list");
      else
        value.forEach((item, at) => {
          checkValue(`${path}[${at}]`, item, type.element, schemas, faults);
        });
      return;
    case "map":
    case "json":
    case "tag": {
      const object = asObject(value);
      if (!object) wrong("an object");
      else if (type.type === "map") {
        for (const [key, item] of Object.entries(object))
          checkValue(`${path}.${key}`, item, type.element, schemas, faults);
      }
      return;
    }
    case "ref": {
      const object = asObject(value);
      const definition = schemas.get("typeDefinition", type.reference.$ref);
      if (!object) wrong("an object");
      else checkProperties(path, object, definition.properties, schemas, faults);
      return;
    }
    case "union": {
      const attempts = type.types.map((member) => {
        const found: string[] = [];
        checkValue(path, value, member, schemas, found);
        return found;
      });
      const fewest = attempts.sort((a, b) => a.length - b.length)[0];
      faults.push(...(fewest ?? []));
      return;
    }
    case "null":
      if (value !== null) wrong("nothing");
  }
}

function checkAllowed(
  path: string,
  value: Json,
  allowed: readonly (string | number)[] | undefined,
  faults: string[],
): void {
  if (allowed && !allowed.map(String).includes(String(value)))
    faults.push(`${path}: ${JSON.stringify(value)} is not one of ${allowed.join(", ")}`);
}

function checkReferences(
  template: Template,
  resources: JsonObject,
  schemas: SpecDatabase,
  faults: string[],
): void {
  const parameters = asObject(template.Parameters) ?? {};
  const conditions = asObject(template.Conditions) ?? {};
  const checkRef = (path: string, name: string) => {
    if (!name.startsWith("AWS::") && !(name in parameters) && !(name in resources))
      faults.push(`${path}: ${name} is neither a parameter nor a resource`);
  };
  const checkGetAtt = (path: string, name: string, attribute: string) => {
    const type = String(asObject(resources[name] ?? null)?.Type);
    if (!(name in resources)) faults.push(`${path}: ${name} is not a resource`);
    else if (!resourceSchema(type, schemas)?.attributes[attribute])
      faults.push(`${path}: ${type} has no attribute ${attribute}`);
  };
  const visit = (path: string, value: Json): void => {
    if (Array.isArray(value)) {
      value.forEach((item, at) => {
        visit(`${path}[${at}]`, item);
      });
      return;
    }
    for (const [key, item] of Object.entries(asObject(value) ?? {})) {
      const here = `${path}.${key}`;
      if (key === "Ref") checkRef(here, String(item));
      else if (key === "Fn::GetAtt") {
        const [name, ...attribute] = Array.isArray(item) ? item : String(item).split(".");
        checkGetAtt(here, String(name), attribute.join("."));
      } else if (key === "Fn::Sub") {
        const [text, own] = Array.isArray(item) ? item : [item, {}];
        for (const [, name = ""] of String(text).matchAll(/\$\{([^!}][^}]*)\}/g)) {
          if (name in (asObject(own ?? null) ?? {})) continue;
          const [resource = "", ...attribute] = name.split(".");
          if (attribute.length > 0) checkGetAtt(here, resource, attribute.join("."));
          else checkRef(here, resource);
        }
      } else if (key === "Condition" && typeof item === "string") {
        if (!(item in conditions)) faults.push(`${here}: condition ${item} is not defined`);
      } else if (key === "Fn::If" && Array.isArray(item) && !(String(item[0]) in conditions)) {
        faults.push(`${here}: condition ${String(item[0])} is not defined`);
      }
      visit(here, item);
    }
  };
  for (const section of ["Conditions", "Resources", "Outputs"])
    visit(section, template[section] ?? {});
}

function isIntrinsic(value: Json): boolean {
  const keys = Object.keys(asObject(value) ?? {});
  return keys.length === 1 && (keys[0] === "Ref" || (keys[0] ?? "").startsWith("Fn::"));
}

function asObject(value: Json | undefined): JsonObject | undefined {
  return value !== null && typeof value === "object" && !Array.isArray(value) ? value : undefined;
}
