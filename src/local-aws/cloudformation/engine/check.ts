/** Whether the parts of a template fit together. */
import { findResourceType, resourceType } from "../resources/registry.ts";
import { validationError } from "../template/errors.ts";
import { conditionsOf, type Reference, referencesOf } from "../template/references.ts";
import type { Template } from "../template/template.ts";

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/pseudo-parameter-reference.html */
const PSEUDO_PARAMETERS = [
  "AWS::AccountId",
  "AWS::NoValue",
  "AWS::NotificationARNs",
  "AWS::Partition",
  "AWS::Region",
  "AWS::StackId",
  "AWS::StackName",
  "AWS::URLSuffix",
];

/** Throws ValidationError for unknown resource types, and for references that lead nowhere. */
export function checkReferences(template: Template): void {
  const { resources, parameters, outputs, conditions } = template;
  const unknownTypes = [...resources.values()]
    .map(({ type }) => type)
    .filter((type) => findResourceType(type) === undefined);
  if (unknownTypes.length > 0) {
    throw validationError(
      `Template format error: Unrecognized resource types: [${[...new Set(unknownTypes)].join(", ")}]`,
    );
  }
  const values = new Set([...parameters.keys(), ...PSEUDO_PARAMETERS]);
  const inConditions = referencesOf(conditions).filter(({ name }) => !values.has(name));
  if (inConditions.length > 0) {
    throw validationError(
      `Template format error: Unresolved dependencies [${names(inConditions)}]. Cannot reference resources in the Conditions block of the template`,
    );
  }
  for (const { properties, dependsOn, condition } of resources.values()) {
    const explicit = dependsOn.map((name) => ({ name }));
    checkBlock(template, values, "Resources", [...referencesOf(properties), ...explicit]);
    checkConditions(template, [...conditionsOf(properties), ...(condition ? [condition] : [])]);
  }
  for (const { value, condition, exportName = null } of outputs.values()) {
    checkBlock(template, values, "Outputs", [...referencesOf(value), ...referencesOf(exportName)]);
    checkConditions(template, [...conditionsOf(value), ...(condition ? [condition] : [])]);
  }
}

function checkBlock(
  { resources }: Template,
  values: Set<string>,
  block: string,
  references: Reference[],
): void {
  const unresolved = references.filter(({ name }) => !values.has(name) && !resources.has(name));
  if (unresolved.length > 0) {
    throw validationError(
      `Template format error: Unresolved resource dependencies [${names(unresolved)}] in the ${block} block of the template`,
    );
  }
  for (const { name, attribute } of references) {
    const type = resources.get(name)?.type;
    if (attribute === undefined || type === undefined) continue;
    if (!resourceType(type).attributes.includes(attribute)) {
      throw validationError(
        `Template error: resource ${name} does not support attribute type ${attribute} in Fn::GetAtt`,
      );
    }
  }
}

function checkConditions({ conditions }: Template, used: string[]): void {
  const missing = used.find((condition) => !Object.hasOwn(conditions, condition));
  if (missing !== undefined) {
    throw validationError(
      `Template format error: Unresolved condition dependency ${missing} in the Resources block of the template`,
    );
  }
}

function names(references: Reference[]): string {
  return [...new Set(references.map(({ name }) => name))].join(", ");
}
