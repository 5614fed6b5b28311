import { describe, expect, test } from "vitest";
import {
  mergeOverrides,
  overridesIn,
  withOverrides,
} from "../../../src/overrides/apply-overrides.ts";
import { checkOverrides } from "../../../src/overrides/check-overrides.ts";
import { overridesOf } from "../../../src/overrides/override-options.ts";
import { readResourceSchemas } from "../../../src/overrides/resource-schema.ts";
import { templateFor } from "../../../src/stacks/identity.ts";
import { readTemplates } from "../../../src/stacks/templates.ts";

const templates = await readTemplates();
const schemas = await readResourceSchemas();
const check = (path: string, value: unknown) =>
  checkOverrides({ [path]: value }, templates, schemas);

describe("--set", () => {
  test.each([
    ["Bucket.VersioningConfiguration.Status", "Enabled", "bucket"],
    ["Function.Description", "ours", "service"],
    ["Function.Layers.1", "arn:aws:lambda:eu-central-1:123456789012:layer:x:1", "service"],
    ["Function.VpcConfig", { SubnetIds: ["subnet-1"], SecurityGroupIds: [] }, "service"],
    ["Stage.StageVariables.colour", "red", "service"],
    ["Api.DisableExecuteApiEndpoint", true, "service"],
    ["Function.KmsKeyArn", { "Fn::ImportValue": "key" }, "service"],
    ["Function.Environment.Variables.DB_PASSWORD", "/shop/password", "service"],
    ["LogGroup.KmsKeyId", "arn:aws:kms:eu-central-1:123456789012:key/1", "service"],
    ["inbox/LogGroup.KmsKeyId", "arn:aws:kms:eu-central-1:123456789012:key/1", "inbox"],
    ["Queue.MaximumMessageSize", "1024", "inbox"],
    ["Function.Description", null, "service"],
  ])("%s can be %j, in the %s stack", (path, value, role) => {
    expect([...check(path, value)]).toEqual([[role, { [path.split("/").at(-1)!]: value }]]);
  });

  test.each([
    ["Funktion.Description", "x", "no template has a resource Funktion", "did you mean Function?"],
    ["Function", "x", "it names no property", "--set Bucket"],
    ["Function..Description", "x", "it names no property", "--set Bucket"],
    ["nobody/Function.Description", "x", "there is no nobody stack", "one of bucket"],
    ["Function.Descripton", "x", "there is no property Descripton", "did you mean Description?"],
    ["Function.VpcConfig.Subnets", [], "there is no property Subnets", "did you mean SubnetIds?"],
    ["Function.VpcConfig", { SubnetIds: "subnet-1" }, 'has to be a list, not "subnet-1"', "AWS"],
    ["Function.FileSystemConfigs", [{ Arn: "arn:x" }], "it needs LocalMountPath", "AWS"],
    ["Function.Layers.first", "arn:x", "Layers is a list", "Layers.0"],
    ["Function.Description.Text", "x", "Description has no properties of its own", "AWS"],
    ["Api.DisableExecuteApiEndpoint", "perhaps", "has to be true or false", "AWS"],
    ["Bucket.VersioningConfiguration.Status", "On", "has to be one of Enabled, Suspended", "AWS"],
    ["Function.MemorySize", 512, "there is an option for it", "--memory <MB>"],
    ["Function.Code.S3Key", "x", "the function's code is dsl's", "leave it"],
    ["Function.Environment", {}, "the function has variables of dsl's", "leave it"],
    ["Function.Environment.Variables.DSL_STORAGE", "s3", "begin with DSL_", "leave it"],
    ["Bucket.BucketName", "mine", "a bucket cannot be renamed", "leave it"],
    ["Function.Environment.Variables.API_TOKEN", "s3cr3t", "a secret in a variable", "Secrets"],
  ])("%s cannot be %j: %s", (path, value, message, hint) => {
    expect(() => check(path, value)).toThrow(message);
    expect(() => check(path, value)).toThrow(
      expect.objectContaining({ code: "invalid_set", hint: expect.stringContaining(hint) }),
    );
  });

  test("changes the template there and nowhere else, and is found in it again", () => {
    const template = templateFor({ site: "shop", role: "service" }, templates.service);
    const set = { "Function.Layers.1": "arn:x", "Function.VpcConfig.SubnetIds": ["subnet-1"] };
    const changed = withOverrides(template, set);
    expect(overridesIn(changed)).toEqual(set);
    // The first layer, a short form of a function, and what is written beside it are as they were.
    expect(changed).toContain("- !If [ OwnLayer, !Ref Layer, !Ref LayerArn ]\n        - arn:x");
    expect(changed).toContain("# A bucket's name says nothing of its owner");
    expect(withOverrides(template, {})).toBe(template);
    expect(overridesIn("")).toEqual({});
  });

  test("stays until it is taken back, with what is below", () => {
    const deployed = { "Function.VpcConfig.SubnetIds": ["a"], "Function.Description": "ours" };
    expect(mergeOverrides(deployed, {})).toEqual(deployed);
    expect(mergeOverrides(deployed, { "Function.VpcConfig": null })).toEqual({
      "Function.Description": "ours",
    });
  });
});

describe("Options that are properties", () => {
  test("set what the function and the API have", () => {
    const arn = "arn:aws:lambda:eu-central-1:123456789012:layer:x:1";
    const set = overridesOf({
      subnet: ["subnet-1"],
      securityGroup: ["sg-1"],
      addLayer: [arn],
      variable: { NODE_OPTIONS: "--max-old-space-size=512", GONE: "" },
      logFormat: "json",
      corsOrigin: ["https://example.com"],
      corsMaxAge: 60,
    });
    expect(set).toMatchObject({
      "Function.VpcConfig.SubnetIds": ["subnet-1"],
      "Function.Layers.1": arn,
      "Function.Layers.2": null,
      "Function.Environment.Variables.GONE": null,
      "Function.LoggingConfig.LogFormat": "JSON",
      "Api.CorsConfiguration.AllowOrigins": ["https://example.com"],
      "Api.CorsConfiguration.MaxAge": 60,
    });
    expect([...checkOverrides(set, templates, schemas).keys()]).toEqual(["service"]);
  });

  test("a VPC needs subnets and security groups", () => {
    expect(() => overridesOf({ subnet: ["subnet-1"] })).toThrow("needs both --subnet and");
    expect(overridesOf({ subnet: ["none"] })).toMatchObject({ "Function.VpcConfig": null });
  });
});
