/** What would be deployed for combinations of options, rendered without AWS. */
import type { DatabaseFacts } from "../../runtime/publisher/facts.ts";
import { readUpdateOptions } from "../../src/deploy/update-request.ts";
import { StackModel } from "../../src/local-aws/cloudformation/engine/model.ts";
import { resolveParameters } from "../../src/local-aws/cloudformation/template/parameters.ts";
import { parseTemplate } from "../../src/local-aws/cloudformation/template/template.ts";
import { faultOf, type ResourceSchemas } from "../../src/overrides/resource-schema.ts";
import type { DeployedState, Facts, UpdateOptions } from "../../src/plan/inputs.ts";
import type { Plan, StackContent } from "../../src/plan/plan.ts";
import type { DomainFacts } from "../../src/plan/plan-domains.ts";
import { planUpdate } from "../../src/plan/plan-update.ts";
import { domainsOf, wantedDomains } from "../../src/plan/wanted-domains.ts";
import type { Role } from "../../src/stacks/roles.ts";
import { database, facts } from "../src/plan/examples.ts";
import { factors, flagsOf, mayBe, type Typed } from "./option-values.ts";
import { pairwise, type Row } from "./pairwise.ts";

/** Any two values of any two options occur together in one of these. */
export function combinations(): Row<Typed>[] {
  return pairwise(factors(), mayBe);
}

/** The plan for a site that is deployed like this, with one small database. */
export async function planFor(
  row: Row<Typed>,
  templates: Record<Role, string>,
  deployed: DeployedState,
): Promise<{ plan: Plan; facts: Facts }> {
  const flags = flagsOf(row);
  const { options } = await readUpdateOptions({
    site: "shop",
    databases: ["shop.db", ...(flags.followInLambda ? ["litestream:s3://backups/live"] : [])],
    flags,
    sources: {},
  });
  const given = factsWith(database("shop", "a"), templates, options);
  return {
    plan: planUpdate(options, given, deployed, new Date("2026-11-21T12:00:00Z")),
    facts: given,
  };
}

function factsWith(
  one: DatabaseFacts,
  templates: Record<Role, string>,
  options: UpdateOptions,
): Facts {
  const known = facts(one);
  const layers = {
    arm64: { key: "layers/arm.zip", size: 2_000_000 },
    x86_64: { key: "layers/x.zip", size: 2_000_000 },
  };
  const originSecret = { stored: { current: null, previous: null }, fresh: "0".repeat(64) };
  const domains = domainFacts(options);
  return { ...known, originSecret, domains, package: { ...known.package, templates, layers } };
}

/** One in a hosted zone, the others elsewhere, and their certificate is issued. */
function domainFacts({ domains: choice = {} }: UpdateOptions): DomainFacts | null {
  const names = domainsOf(wantedDomains(choice, {}));
  if (names.length === 0) return null;
  const proof = (name: string) => ({ name: `_1.${name}`, value: "_2.acm-validations.aws" });
  const inZone = { id: "Z0123456789ABC", name: "example.com" };
  return {
    region: "eu-central-1",
    domains: names.map((name, at) => ({
      name,
      zone: at === 0 ? inZone : null,
      isProvenByOthers: false,
    })),
    certificate: {
      arn: "arn:aws:acm:eu-central-1:123456789012:certificate/1a2b",
      region: "eu-central-1",
      isOwn: true,
      state: "issued",
      failure: null,
      proofs: new Map(names.map((name) => [name, proof(name)])),
      unproven: [],
    },
  };
}

/** The stacks that would be made or changed. */
export function contentsOf({ stacks }: Plan): StackContent[] {
  return stacks.filter((stack) => stack.action === "create" || stack.action === "update");
}

/**
 * What is wrong with one stack, one sentence each: parameters that its template does not have or does
 * not let be so, conditions and functions that cannot be evaluated, properties that AWS's schemas do
 * not have or that have another type, once the parameters are put in.
 */
export function stackFaults(stack: StackContent, schemas: ResourceSchemas): string[] {
  try {
    const model = modelOf(stack);
    return model.order.flatMap((id) => {
      const { type } = model.resource(id);
      const schema = schemas[type];
      if (schema === undefined) return [`${id}: ${type} is not in the schemas`];
      const properties = model.properties(id, (name) => ({
        ref: `ref-of-${name}`,
        attribute: (attribute) => `${attribute}-of-${name}`,
      }));
      const fault = faultOf(schema, [], properties);
      return fault === null ? [] : [`${id}.${fault.path}: ${fault.problem}`];
    });
  } catch (error) {
    return [`${stack.stackName}: ${(error as Error).message}`];
  }
}

function modelOf({ template, parameters, stackName }: StackContent): StackModel {
  const inputs = Object.entries(parametersOf(parameters)).map(([ParameterKey, ParameterValue]) => ({
    ParameterKey,
    ParameterValue,
  }));
  const values = resolveParameters(parseTemplate(template).parameters, inputs, undefined);
  const place = { region: "eu-central-1", accountId: "123456789012" };
  const identity = {
    id: `arn:aws:cloudformation:x:y:stack/${stackName}/z`,
    name: stackName,
    ...place,
  };
  return new StackModel({ template, parameters: values, tags: {} }, identity, () => undefined);
}

/** What another stack tells once it is there, such as the bucket's name, is stood in for. */
export function parametersOf(parameters: StackContent["parameters"]): Record<string, string> {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, value]) => [name, value ?? `known-later`]),
  );
}
