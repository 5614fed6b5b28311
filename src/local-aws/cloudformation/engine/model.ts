/** A revision of a stack, checked as a whole: which resources, in which order, with which values. */
import { validationError } from "../template/errors.ts";
import { conditionHolds, evaluate } from "../template/evaluate.ts";
import { parameterValue } from "../template/parameters.ts";
import { referencesOf } from "../template/references.ts";
import type { ResourceValues, Scope, Value } from "../template/scope.ts";
import { parseTemplate, type ResourceDefinition, type Template } from "../template/template.ts";
import { checkReferences } from "./check.ts";
import type { OutputRecord, Revision } from "./records.ts";

export interface StackIdentity {
  id: string;
  name: string;
  region: string;
  accountId: string;
}

export type Lookup = (logicalId: string) => ResourceValues | undefined;

export class StackModel {
  readonly template: Template;
  /** The resources whose conditions hold, each after those it depends on. */
  readonly order: string[];
  readonly #scope: Scope;
  readonly #dependencies: Map<string, string[]>;

  /** Throws ValidationError for a template that cannot be deployed as it is. */
  constructor(
    revision: Revision,
    identity: StackIdentity,
    importValue: (name: string) => string | undefined,
  ) {
    this.template = parseTemplate(revision.template);
    const { parameters, resources } = this.template;
    this.#scope = {
      parameters: Object.fromEntries(
        [...parameters].map(([name, definition]) => [
          name,
          parameterValue(definition, revision.parameters[name] ?? ""),
        ]),
      ),
      pseudoParameters: pseudoParameters(identity),
      mappings: this.template.mappings,
      conditions: this.template.conditions,
      resource: () => undefined,
      importValue,
    };
    checkReferences(this.template);
    const included = [...resources].filter(([, { condition }]) => this.#holds(condition));
    const names = included.map(([name]) => name);
    this.#dependencies = new Map(
      included.map(([name, definition]) => [
        name,
        dependencies(definition).filter((dependency) => names.includes(dependency)),
      ]),
    );
    this.order = inOrder(this.#dependencies);
  }

  resource(logicalId: string): ResourceDefinition {
    const definition = this.template.resources.get(logicalId);
    if (definition === undefined) throw new Error(`no resource ${logicalId} in the template`);
    return definition;
  }

  dependencies(logicalId: string): string[] {
    return this.#dependencies.get(logicalId) ?? [];
  }

  /** Throws ValidationError. */
  properties(logicalId: string, lookup: Lookup): Value {
    const scope = { ...this.#scope, resource: lookup };
    return evaluate(this.resource(logicalId).properties, scope) ?? {};
  }

  /** Throws ValidationError. */
  outputs(lookup: Lookup): OutputRecord[] {
    const scope = { ...this.#scope, resource: lookup };
    return [...this.template.outputs]
      .filter(([, { condition }]) => this.#holds(condition))
      .map(([key, { value, description, exportName }]) => ({
        key,
        value: outputText(key, evaluate(value, scope)),
        description,
        exportName:
          exportName === undefined ? undefined : outputText(key, evaluate(exportName, scope)),
      }));
  }

  #holds(condition: string | undefined): boolean {
    return condition === undefined || conditionHolds(condition, this.#scope);
  }
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/pseudo-parameter-reference.html */
function pseudoParameters(stack: StackIdentity): Record<string, string | string[]> {
  return {
    "AWS::AccountId": stack.accountId,
    "AWS::NotificationARNs": [],
    "AWS::Partition": "aws",
    "AWS::Region": stack.region,
    "AWS::StackId": stack.id,
    "AWS::StackName": stack.name,
    "AWS::URLSuffix": "amazonaws.com",
  };
}

function outputText(key: string, value: Value | undefined): string {
  if (typeof value === "symbol") return "";
  if (value === undefined || value === null || typeof value === "object") {
    throw validationError(
      `Template format error: Output ${key} is malformed. The Value field of every Outputs member must evaluate to a String.`,
    );
  }
  return String(value);
}

function dependencies({ properties, dependsOn }: ResourceDefinition): string[] {
  const referred = referencesOf(properties).map(({ name }) => name);
  return [...new Set([...referred, ...dependsOn])];
}

function inOrder(dependencies: Map<string, string[]>): string[] {
  const order: string[] = [];
  const waiting = new Set(dependencies.keys());
  while (waiting.size > 0) {
    const ready = [...waiting].filter(
      (name) => !dependencies.get(name)?.some((dependency) => waiting.has(dependency)),
    );
    if (ready.length === 0) {
      throw validationError(`Circular dependency between resources: [${[...waiting].join(", ")}]`);
    }
    for (const name of ready) waiting.delete(name);
    order.push(...ready);
  }
  return order;
}
