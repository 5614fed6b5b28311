/** Options whose values become properties of resources, as if `--set` had set them. Pure. */
import { DslError } from "../../runtime/core/dsl-error.ts";
import type { TemplateFlags } from "../options/template-options.ts";
import type { Overrides } from "./apply-overrides.ts";

/** A function may have five layers, and the first is the one with SQLite. */
const MORE_LAYERS = 4;
/** Lambda makes its network interfaces with the function's own rights. */
const VPC_POLICY = "iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole";

/** Throws a usage DslError for a VPC without the one or the other. */
export function overridesOf(flags: TemplateFlags): Overrides {
  return {
    ...network(flags),
    ...layers(flags.addLayer),
    ...variables(flags.variable ?? {}),
    ...logFormat(flags.logFormat),
    ...cors(flags),
    ...flags.set,
  };
}

function network({ subnet, securityGroup }: TemplateFlags): Overrides {
  if (isNone(subnet)) return { "Function.VpcConfig": null, "Role.ManagedPolicyArns": null };
  if ((subnet === undefined) !== (securityGroup === undefined)) {
    throw new DslError(
      "usage",
      "A function in a VPC needs both --subnet and --security-group",
      "give both, or --subnet none",
      { exitCode: 2 },
    );
  }
  return {
    ...(subnet && {
      "Function.VpcConfig.SubnetIds": subnet,
      "Role.ManagedPolicyArns": [
        { "Fn::Join": [":", ["arn", { Ref: "AWS::Partition" }, VPC_POLICY]] },
      ],
    }),
    ...(securityGroup && { "Function.VpcConfig.SecurityGroupIds": securityGroup }),
  };
}

/** All places are said, so that layers of an earlier run do not stay behind the new ones. */
function layers(arns: string[] | undefined): Overrides {
  if (arns === undefined) return {};
  const places = Array.from({ length: MORE_LAYERS }, (_, i) => i);
  const given = isNone(arns) ? [] : arns;
  return Object.fromEntries(places.map((i) => [`Function.Layers.${i + 1}`, given[i] ?? null]));
}

function variables(given: Record<string, string>): Overrides {
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => [
      `Function.Environment.Variables.${name}`,
      value === "" ? null : value,
    ]),
  );
}

/** Text is Lambda's own default. */
function logFormat(format: TemplateFlags["logFormat"]): Overrides {
  if (format === undefined) return {};
  return { "Function.LoggingConfig.LogFormat": format === "json" ? "JSON" : null };
}

/** What API Gateway answers takes the place of what the site says by itself (`--cors`). */
function cors({ corsOrigin, corsHeader, corsMaxAge }: TemplateFlags): Overrides {
  if (isNone(corsOrigin)) return { "Api.CorsConfiguration": null };
  return {
    ...(corsOrigin && {
      "Api.CorsConfiguration.AllowOrigins": corsOrigin,
      "Api.CorsConfiguration.AllowMethods": ["GET", "HEAD", "POST", "OPTIONS"],
    }),
    ...(corsHeader && { "Api.CorsConfiguration.AllowHeaders": corsHeader }),
    ...(corsMaxAge !== undefined && { "Api.CorsConfiguration.MaxAge": corsMaxAge }),
  };
}

function isNone(values: readonly string[] | undefined): boolean {
  return values?.length === 1 && values[0] === "none";
}
