/** The sections of a template, checked for shape. */
import { validationError } from "./errors.ts";
import { isObject, type Json, type JsonObject } from "./expression.ts";
import { type ParameterDefinition, parseParameterDefinition } from "./parameters.ts";
import { parseTemplateText } from "./yaml.ts";

export interface ResourceDefinition {
  type: string;
  properties: JsonObject;
  dependsOn: string[];
  condition: string | undefined;
  deletionPolicy: DeletionPolicy;
  updateReplacePolicy: DeletionPolicy;
}

export type DeletionPolicy = "Delete" | "Retain" | "RetainExceptOnCreate";

export interface OutputDefinition {
  description: string | undefined;
  value: Json;
  condition: string | undefined;
  exportName: Json | undefined;
}

export interface Template {
  description: string | undefined;
  metadata: JsonObject | undefined;
  parameters: Map<string, ParameterDefinition>;
  mappings: JsonObject;
  conditions: JsonObject;
  resources: Map<string, ResourceDefinition>;
  outputs: Map<string, OutputDefinition>;
}

const SECTIONS = [
  "AWSTemplateFormatVersion",
  "Description",
  "Metadata",
  "Parameters",
  "Mappings",
  "Conditions",
  "Resources",
  "Outputs",
];

const RESOURCE_ATTRIBUTES = [
  "Type",
  "Properties",
  "DependsOn",
  "Condition",
  "DeletionPolicy",
  "UpdateReplacePolicy",
  "Metadata",
];

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html */
const MAX_DESCRIPTION_BYTES = 1024;

/** Describing a stack needs its template each time, and parsing takes milliseconds. */
const CACHE_SIZE = 20;
const cache = new Map<string, Template>();

/** Parses a template body. Throws ValidationError for anything that is not known and well-formed. */
export function parseTemplate(body: string): Template {
  const template = cache.get(body) ?? parseSections(body);
  cache.delete(body);
  cache.set(body, template);
  const [oldest = ""] = cache.keys();
  if (cache.size > CACHE_SIZE) cache.delete(oldest);
  return template;
}

function parseSections(body: string): Template {
  const root = parseTemplateText(body);
  if (!isObject(root)) {
    throw validationError("Template format error: unsupported structure.");
  }
  const unknown = Object.keys(root).filter((section) => !SECTIONS.includes(section));
  if (unknown.length > 0) {
    throw validationError(`Invalid template property or properties [${unknown.join(", ")}]`);
  }
  const version = root.AWSTemplateFormatVersion;
  if (version !== undefined && version !== "2010-09-09") {
    throw validationError("Template format error: unsupported value for AWSTemplateFormatVersion.");
  }
  const resources = section(root, "Resources");
  if (Object.keys(resources).length === 0) {
    throw validationError("Template format error: At least one Resources member must be defined.");
  }
  return {
    description: description(root.Description),
    metadata: root.Metadata === undefined ? undefined : section(root, "Metadata"),
    parameters: parseEach(section(root, "Parameters"), parseParameterDefinition),
    mappings: section(root, "Mappings"),
    conditions: section(root, "Conditions"),
    resources: parseEach(resources, parseResource),
    outputs: parseEach(section(root, "Outputs"), parseOutput),
  };
}

function section(root: JsonObject, name: string): JsonObject {
  const value = root[name] ?? {};
  if (!isObject(value)) {
    throw validationError(`Template format error: ${name} must be a map.`);
  }
  return value;
}

function parseEach<T>(
  members: JsonObject,
  parse: (name: string, definition: JsonObject) => T,
): Map<string, T> {
  return new Map(
    Object.entries(members).map(([name, definition]) => {
      if (!/^[A-Za-z0-9]{1,255}$/.test(name)) {
        throw validationError(`Template format error: Logical ID ${name} is non alphanumeric.`);
      }
      if (!isObject(definition)) {
        throw validationError(`Template format error: ${name} must be an object.`);
      }
      return [name, parse(name, definition)];
    }),
  );
}

function description(value: Json | undefined): string | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== "string") {
    throw validationError("Template format error: Description must be a string.");
  }
  if (Buffer.byteLength(value) > MAX_DESCRIPTION_BYTES) {
    throw validationError(
      `Template format error: 'Description' length is greater than ${MAX_DESCRIPTION_BYTES}.`,
    );
  }
  return value;
}

function parseResource(name: string, definition: JsonObject): ResourceDefinition {
  for (const attribute of Object.keys(definition)) {
    if (!RESOURCE_ATTRIBUTES.includes(attribute)) {
      throw validationError(`Invalid template resource property '${attribute}'`);
    }
  }
  const { Type: type, Properties: properties = {}, DependsOn: dependsOn = [] } = definition;
  if (typeof type !== "string") {
    throw validationError(
      `Template format error: [/Resources/${name}] Every Resources object must contain a Type member.`,
    );
  }
  if (!isObject(properties)) {
    throw validationError(
      `Template format error: [/Resources/${name}/Properties] 'Properties' must be an object.`,
    );
  }
  const dependencies = Array.isArray(dependsOn) ? dependsOn : [dependsOn];
  if (!dependencies.every((dependency) => typeof dependency === "string")) {
    throw validationError("Template format error: DependsOn must be a string or list of strings.");
  }
  return {
    type,
    properties,
    dependsOn: dependencies,
    condition: conditionName(name, definition.Condition),
    deletionPolicy: policy("DeletionPolicy", definition.DeletionPolicy),
    updateReplacePolicy: policy("UpdateReplacePolicy", definition.UpdateReplacePolicy),
  };
}

function policy(attribute: string, value: Json = "Delete"): DeletionPolicy {
  if (value === "Delete" || value === "Retain") return value;
  if (value === "RetainExceptOnCreate" && attribute === "DeletionPolicy") return value;
  throw validationError(
    `Template format error: Unrecognized ${attribute} ${JSON.stringify(value)} for resource. (Snapshot has no meaning for the supported types.)`,
  );
}

function parseOutput(name: string, definition: JsonObject): OutputDefinition {
  const { Value: value, Description, Condition, Export: exported, ...rest } = definition;
  const unknown = Object.keys(rest)[0];
  if (unknown !== undefined) {
    throw validationError(`Invalid template output property '${unknown}'`);
  }
  if (value === undefined || value === null) {
    throw validationError(
      `Template format error: [/Outputs/${name}] Every Outputs member must contain a Value object`,
    );
  }
  if (exported !== undefined && !(isObject(exported) && exported.Name !== undefined)) {
    throw validationError(
      `Template format error: Output ${name} is malformed. Export needs a Name`,
    );
  }
  return {
    value,
    description: description(Description),
    condition: conditionName(name, Condition),
    exportName: isObject(exported) ? exported.Name : undefined,
  };
}

function conditionName(name: string, value: Json | undefined): string | undefined {
  if (value === undefined || typeof value === "string") return value;
  throw validationError(`Template format error: [/${name}] Condition must be a string.`);
}
