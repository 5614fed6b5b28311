/** What `--set` may set: checked against the templates and AWS's schemas before anything is deployed. Pure. */
import { nearest } from "../../runtime/core/config/config-error.ts";
import { DslError } from "../../runtime/core/dsl-error.ts";
import { UPDATE_OPTIONS } from "../options/update-options.ts";
import { ROLES, type Role } from "../stacks/roles.ts";
import { type Overrides, parameterAt, resourceTypes } from "./apply-overrides.ts";
import { faultOf, type ResourceSchemas } from "./resource-schema.ts";

/** Without these the site would not be what dsl takes it for. */
const OURS: readonly [pattern: RegExp, why: string][] = [
  [/^Function\.(Code|Handler|Runtime|PackageType)\b/, "the function's code is dsl's"],
  [/^Function\.Environment(\.Variables)?$/, "the function has variables of dsl's; add one by name"],
  [/^Function\.Environment\.Variables\.DSL_/, "variables that begin with DSL_ are dsl's"],
  [/^Bucket\.BucketName$/, "a bucket cannot be renamed, and another one would be empty"],
];

const SECRET = /SECRET|PASSWORD|PASSWD|TOKEN|PRIVATE_?KEY|API_?KEY/i;

/**
 * Sorts what is to be set by stack; the role may stand before a resource that several templates have,
 * `inbox/LogGroup.RetentionInDays`. Throws a usage DslError for the first thing that cannot be set.
 */
export function checkOverrides(
  wanted: Overrides,
  templates: Readonly<Record<Role, string>>,
  schemas: ResourceSchemas,
): Map<Role, Overrides> {
  const byRole = new Map<Role, Record<string, unknown>>();
  for (const [typed, value] of Object.entries(wanted)) {
    const { role, type, path } = find(typed, templates);
    const [, ...property] = path.split(".");
    checkPath(typed, path, templates[role]);
    const fault = value === null ? null : faultOf(schemas[type] ?? {}, property, value);
    if (fault !== null) {
      const hint = fault.hint ?? `see the properties of ${type} in AWS's documentation`;
      throw refused(typed, `${type}.${fault.path}: ${fault.problem}`, hint);
    }
    if (isOpenSecret(path, value)) {
      throw refused(
        typed,
        "a secret in a variable can be read by everybody who may see the function",
        "put it into Secrets Manager or Parameter Store, and its name into the variable",
      );
    }
    byRole.set(role, { ...byRole.get(role), [path]: value });
  }
  return byRole;
}

function find(
  typed: string,
  templates: Readonly<Record<Role, string>>,
): { role: Role; type: string; path: string } {
  const [, prefix, path] = /^(?:([\w-]+)\/)?(.*)$/.exec(typed) as unknown as [
    string,
    string?,
    string?,
  ];
  const [resource = "", ...property] = (path ?? "").split(".");
  const roles = prefix === undefined ? ROLES : ROLES.filter((role) => role === prefix);
  if (roles.length === 0)
    throw refused(typed, `there is no ${prefix} stack`, `one of ${ROLES.join(", ")}`);
  for (const role of roles) {
    const type = resourceTypes(templates[role]).get(resource);
    if (type === undefined) continue;
    if (property.length > 0 && property.every((step) => step !== "")) {
      return { role, type, path: path! };
    }
    throw refused(
      typed,
      "it names no property",
      "--set Bucket.VersioningConfiguration.Status=Enabled",
    );
  }
  const known = roles.flatMap((role) => [...resourceTypes(templates[role]).keys()]);
  const near = nearest(resource, known);
  const hint =
    near === null ? `there are: ${[...new Set(known)].join(", ")}` : `did you mean ${near}?`;
  throw refused(typed, `no template has a resource ${resource}`, hint);
}

function checkPath(typed: string, path: string, template: string): void {
  const ours = OURS.find(([pattern]) => pattern.test(path));
  if (ours !== undefined) throw refused(typed, ours[1], "leave it as it is");
  const parameter = parameterAt(template, path);
  const option = UPDATE_OPTIONS.find((each) => each.parameter === parameter);
  if (parameter !== null && option !== undefined) {
    throw refused(typed, "there is an option for it", `--${option.name} ${option.value}`);
  }
}

function isOpenSecret(path: string, value: unknown): boolean {
  const [, name] = /^Function\.Environment\.Variables\.(.*)$/.exec(path) ?? [];
  return (
    name !== undefined && SECRET.test(name) && typeof value === "string" && !isReference(value)
  );
}

function isReference(value: string): boolean {
  return /^(arn:|\{\{resolve:|\/)/.test(value);
}

function refused(typed: string, problem: string, hint: string): DslError {
  return new DslError("invalid_set", `${typed} cannot be set: ${problem}`, hint, { exitCode: 2 });
}
