/** Operations on templates. */
import { z } from "zod";
import { checkReferences } from "../engine/check.ts";
import { resourceType } from "../resources/registry.ts";
import { validationError } from "../template/errors.ts";
import type { ParameterDefinition } from "../template/parameters.ts";
import { UNKNOWN } from "../template/scope.ts";
import { parseTemplate, type Template } from "../template/template.ts";
import { existingStack, operation, stackName } from "./operation.ts";
import { templateText } from "./template-source.ts";

const source = { TemplateBody: z.string().optional(), TemplateURL: z.string().optional() };

const validateTemplate = operation(z.strictObject(source), async (input, desk) => {
  const template = parseTemplate(await templateText(input, undefined, desk));
  checkReferences(template);
  return {
    Description: template.description,
    Parameters: [...template.parameters].map(
      ([ParameterKey, { Default, NoEcho, Description }]) => ({
        ParameterKey,
        DefaultValue: Default,
        NoEcho: NoEcho ?? false,
        Description,
      }),
    ),
    ...capabilities(template),
  };
});

const getTemplate = operation(
  z.strictObject({
    StackName: stackName.optional(),
    ChangeSetName: z.string().optional(),
    TemplateStage: z.enum(["Original", "Processed"]).optional(),
  }),
  ({ StackName, ChangeSetName }, desk) => {
    const stack = existingStack(desk, StackName ?? "");
    const changeSet = stack.changeSets.find(
      ({ name, id }) => name === ChangeSetName || id === ChangeSetName,
    );
    const revision = ChangeSetName === undefined ? stack.revision : changeSet?.revision;
    if (revision === undefined) throw validationError(`Template of ${StackName} does not exist`);
    return { TemplateBody: revision.template, StagesAvailable: ["Original", "Processed"] };
  },
);

const getTemplateSummary = operation(
  z.strictObject({ ...source, StackName: stackName.optional() }),
  async (input, desk) => {
    const stack = input.StackName === undefined ? undefined : existingStack(desk, input.StackName);
    const text = stack?.revision?.template ?? (await templateText(input, undefined, desk));
    const template = parseTemplate(text);
    checkReferences(template);
    return {
      Description: template.description,
      Metadata: template.metadata && JSON.stringify(template.metadata),
      Parameters: [...template.parameters].map(([name, definition]) =>
        declaration(name, definition),
      ),
      ResourceTypes: [...new Set([...template.resources.values()].map(({ type }) => type))],
      Version: "2010-09-09",
      ...capabilities(template),
    };
  },
);

function declaration(
  name: string,
  { Type, Default, NoEcho, Description, AllowedValues }: ParameterDefinition,
) {
  return {
    ParameterKey: name,
    ParameterType: Type,
    DefaultValue: Default,
    NoEcho: NoEcho ?? false,
    Description,
    ParameterConstraints: { AllowedValues: AllowedValues ?? [] },
  };
}

function capabilities(template: Template) {
  const needing = [...template.resources.values()].flatMap(({ type, properties }) => {
    const known = Object.fromEntries(Object.keys(properties).map((name) => [name, UNKNOWN]));
    const capability = resourceType(type).capability?.(known);
    return capability === undefined ? [] : [{ type, capability }];
  });
  if (needing.length === 0) return { Capabilities: [] };
  const named = needing.some(({ capability }) => capability === "CAPABILITY_NAMED_IAM");
  const types = [...new Set(needing.map(({ type }) => type))];
  return {
    Capabilities: [named ? "CAPABILITY_NAMED_IAM" : "CAPABILITY_IAM"],
    CapabilitiesReason: `The following resource(s) require capabilities: [${types.join(", ")}]`,
  };
}

export const templateOperations = {
  ValidateTemplate: validateTemplate,
  GetTemplate: getTemplate,
  GetTemplateSummary: getTemplateSummary,
};
