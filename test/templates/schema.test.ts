import { readFileSync } from "node:fs";
import { join } from "node:path";
import { loadAwsServiceSpecSync } from "@aws-cdk/aws-service-spec";
import { describe, expect, test } from "vitest";
import { type Template, templateFaults } from "../../scripts/template-schema.ts";
import { parseTemplateText } from "../../src/local-aws/cloudformation/template/yaml.ts";
import { templatesFolder } from "../../src/paths.ts";

const schemas = loadAwsServiceSpecSync();
const service = readFileSync(join(templatesFolder, "service.yaml"), "utf8");
const bucket = readFileSync(join(templatesFolder, "bucket.yaml"), "utf8");

function faultsOf(text: string): string[] {
  return templateFaults(parseTemplateText(text) as Template, schemas);
}

/** The service template with one line changed; fails when there is no such line. */
function changed(line: string, replacement: string): string {
  expect(service).toContain(line);
  return service.replace(line, replacement);
}

describe("The templates", () => {
  test("are valid by AWS's published schemas", () => {
    expect([...faultsOf(bucket), ...faultsOf(service)]).toEqual([]);
  });

  test.each([
    [
      "an unknown property",
      "      MemorySize: !Ref",
      "      MemmorySize: !Ref",
      "Function.MemmorySize: unknown property",
    ],
    ["an unknown resource type", "AWS::Lambda::Permission", "AWS::Lambda::Permit", "resource type"],
    ["a wrong type of value", "AutoDeploy: true", "AutoDeploy: perhaps", "expected a boolean"],
    ["a missing property", "      Role: !GetAtt Role.Arn\n", "", "Function.Role: missing"],
    ["an unknown attribute", "!GetAtt Function.Arn", "!GetAtt Function.Arm", "no attribute Arm"],
    ["a reference to nothing", "ApiId: !Ref Api\n", "ApiId: !Ref Apu\n", "Apu is neither"],
    [
      "a variable of nothing",
      "${AWS::Region}:${AWS::AccountId}:${Api}/",
      "${Apo}/",
      "Apo is neither",
    ],
    ["an unknown condition", "!If [OwnLayer,", "!If [MyLayer,", "condition MyLayer"],
    ["an unknown nested property", "        Size:", "        Sice:", "Sice: unknown property"],
  ])("fail the check with %s", (_, line, replacement, fault) => {
    expect(faultsOf(changed(line, replacement)).join("\n")).toContain(fault);
  });

  test("keep the bucket private and encrypted, and let nothing but TLS in", () => {
    const properties = resource(bucket, "Bucket").Properties as Record<string, unknown>;
    expect(properties.PublicAccessBlockConfiguration).toEqual({
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    });
    const { CorsRules } = properties.CorsConfiguration as { CorsRules: unknown[] };
    expect(CorsRules).toMatchObject([{ AllowedMethods: ["GET", "HEAD"] }]);
    expect(JSON.stringify(properties.BucketEncryption)).toContain("AES256");
    expect(JSON.stringify(resource(bucket, "BucketPolicy"))).toContain(
      '"aws:SecureTransport":"false"',
    );
  });

  test("give the function no action and no resource by wildcard, but objects below its prefixes", () => {
    const text = JSON.stringify(resource(service, "Role"));
    // Tracing is off unless asked for, and X-Ray has no resources to name.
    const traced = '"Action":["xray:PutTraceSegments","xray:PutTelemetryRecords"],"Resource":"*"';
    expect(text.split(traced).length).toBe(2);
    expect(text.replace(traced, "")).not.toMatch(/"\*"|:\*"|ListAll|Delete/);
    const objects = [...text.matchAll(/\$\{BucketName\}\/([^"]*)"/g)].map(([, path]) => path);
    expect(objects).toEqual([
      ...["manifest.json", "manifests/*", "indexes/*", "blocks/*", "cards/*"],
      "exports/*",
    ]);
  });
});

interface PolicyStatement {
  Action: string | string[];
  Resource: unknown;
  Condition?: unknown;
}

const ROLES = ["service.yaml", "inbox.yaml", "collect.yaml"].flatMap((file) => {
  const text = readFileSync(join(templatesFolder, file), "utf8");
  const { Resources } = parseTemplateText(text) as { Resources: Record<string, { Type: string }> };
  return Object.entries(Resources)
    .filter(([, { Type }]) => Type === "AWS::IAM::Role")
    .map(([id, role]) => [`${id} of ${file}`, JSON.stringify(role)] as const);
});

test.each(ROLES)("%s may use buckets of its own account only", (_, text) => {
  const statements: PolicyStatement[] = [];
  JSON.parse(text, (_key, value) => {
    if (value?.Effect === "Allow" && /"s3:/.test(JSON.stringify(value.Action))) {
      statements.push(value);
    }
    return value;
  });
  expect(statements.length).toBeGreaterThan(0);
  for (const { Action, Condition } of statements) {
    const account = { "aws:ResourceAccount": { Ref: "AWS::AccountId" } };
    expect({ Action, Condition }).toMatchObject({ Action, Condition: { StringEquals: account } });
  }
});

function resource(text: string, id: string): Record<string, unknown> {
  const { Resources } = parseTemplateText(text) as { Resources: Record<string, unknown> };
  return Resources[id] as Record<string, unknown>;
}
