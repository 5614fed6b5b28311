/** What CloudFormation refuses, refused in its words. */
import { CreateStackCommand } from "@aws-sdk/client-cloudformation";
import { describe, expect, test } from "vitest";
import { useLocalAws } from "../local-server.ts";
import { logGroup, Stacks } from "./stacks.ts";

const local = useLocalAws();

/** Why a template with these parts cannot be deployed: the error, or why the change set failed. */
async function refusal(
  template: unknown,
  parameters?: Record<string, string>,
  more?: Parameters<Stacks["propose"]>[3],
): Promise<string> {
  const stacks = new Stacks(local());
  try {
    const { Status, StatusReason } = await stacks.propose("refused", template, parameters, more);
    return `${Status}: ${StatusReason}`;
  } catch (error) {
    return `${(error as Error).name}: ${(error as Error).message}`;
  }
}

const withParameter = (definition: object) => ({
  Parameters: { P: definition },
  Resources: { Log: logGroup() },
});

describe("a template with", () => {
  test.each<[what: string, template: unknown, says: string]>([
    [
      "no resources",
      { Description: "nothing" },
      "ValidationError: Template format error: At least one Resources member must be defined.",
    ],
    [
      "an unknown section",
      { Resorces: {}, Resources: { Log: logGroup() } },
      "ValidationError: Invalid template property or properties [Resorces]",
    ],
    [
      "an unknown attribute of a resource",
      { Resources: { Log: { ...logGroup(), Properteis: {} } } },
      "ValidationError: Invalid template resource property 'Properteis'",
    ],
    [
      "an unknown resource type",
      { Resources: { Table: { Type: "AWS::DynamoDB::Table" } } },
      "ValidationError: Template format error: Unrecognized resource types: [AWS::DynamoDB::Table]",
    ],
    [
      "an unknown property",
      { Resources: { Log: { Type: "AWS::Logs::LogGroup", Properties: { Retention: 7 } } } },
      "FAILED: Properties validation failed for resource Log with message:\n[#: extraneous key [Retention] is not permitted]",
    ],
    [
      "an unknown property of a property",
      {
        Resources: {
          B: {
            Type: "AWS::S3::Bucket",
            Properties: { LifecycleConfiguration: { Rules: [{ Status: "Enabled", Days: 1 }] } },
          },
        },
      },
      "FAILED: Properties validation failed for resource B with message:\n[#/LifecycleConfiguration/Rules/0: extraneous key [Days] is not permitted]",
    ],
    [
      "a property of the wrong type",
      { Resources: { Log: logGroup("a week") } },
      "FAILED: Properties validation failed for resource Log with message:\n[#/RetentionInDays: expected type: Integer, found: String]",
    ],
    [
      "a missing property",
      { Resources: { Api: { Type: "AWS::ApiGatewayV2::Api", Properties: { Name: "x" } } } },
      "FAILED: Properties validation failed for resource Api with message:\n[#: required key [ProtocolType] not found]",
    ],
    [
      "a value that is not in the list",
      {
        Resources: {
          Api: {
            Type: "AWS::ApiGatewayV2::Api",
            Properties: { Name: "x", ProtocolType: "WEBSOCKET" },
          },
        },
      },
      "FAILED: Properties validation failed for resource Api with message:\n[#/ProtocolType: WEBSOCKET is not a valid enum value]",
    ],
    [
      "an unknown function",
      { Resources: { Log: logGroup(1, { Properties: { LogGroupName: { "Fn::Length": [] } } }) } },
      "ValidationError: Template error: Encountered unsupported function: Fn::Length",
    ],
    [
      "an unknown short form",
      "Resources:\n  Log:\n    Type: AWS::Logs::LogGroup\n    Properties:\n      LogGroupName: !Length [a]\n",
      "ValidationError: Template error: Encountered unsupported function: Fn::Length",
    ],
    [
      "YAML that is none",
      "Resources:\n  Log: [\n",
      "ValidationError: Template format error: YAML not well-formed. (line 3, column 1)",
    ],
    [
      "a reference that leads nowhere",
      { Resources: { Log: logGroup(1, { Properties: { LogGroupName: { Ref: "Nobody" } } }) } },
      "ValidationError: Template format error: Unresolved resource dependencies [Nobody] in the Resources block of the template",
    ],
    [
      "an output of nothing",
      { Resources: { Log: logGroup() }, Outputs: { O: { Value: { "Fn::Sub": "${Gone.Arn}" } } } },
      "ValidationError: Template format error: Unresolved resource dependencies [Gone] in the Outputs block of the template",
    ],
    [
      "an attribute that the type does not have",
      {
        Resources: { Log: logGroup() },
        Outputs: { O: { Value: { "Fn::GetAtt": ["Log", "Size"] } } },
      },
      "ValidationError: Template error: resource Log does not support attribute type Size in Fn::GetAtt",
    ],
    [
      "an undefined condition",
      { Resources: { Log: { ...logGroup(), Condition: "IsProduction" } } },
      "ValidationError: Template format error: Unresolved condition dependency IsProduction",
    ],
    [
      "a circle",
      {
        Resources: {
          A: logGroup(1, { DependsOn: "B" }),
          B: logGroup(1, { DependsOn: ["A"] }),
        },
      },
      "ValidationError: Circular dependency between resources: [A, B]",
    ],
    [
      "an unknown property of a parameter",
      withParameter({ Type: "String", Minimum: 1 }),
      "ValidationError: Invalid template parameter property 'Minimum'",
    ],
    [
      "an unknown type of a parameter",
      withParameter({ Type: "Text" }),
      "ValidationError: Template format error: Unrecognized parameter type: Text",
    ],
    [
      "a parameter without a value",
      withParameter({ Type: "String" }),
      "ValidationError: Parameters: [P] must have values",
    ],
  ])("%s is refused", async (_what, template, says) => {
    expect(await refusal(template)).toContain(says);
  });
});

describe("a parameter", () => {
  test.each<[definition: object, value: string, says: string]>([
    [
      { Type: "String", AllowedValues: ["arm64", "x86_64"] },
      "mips",
      "must be one of AllowedValues",
    ],
    [{ Type: "Number" }, "many", "must be a number"],
    [{ Type: "Number", MinValue: 128 }, "64", "must be a number not less than 128"],
    [{ Type: "Number", MaxValue: 900 }, "901", "must be a number not greater than 900"],
    [{ Type: "String", MinLength: 3 }, "ab", "must contain at least 3 characters"],
    [{ Type: "String", MaxLength: 3 }, "abcd", "must contain at most 3 characters"],
    [{ Type: "String", AllowedPattern: "[a-z]+" }, "A", "must match pattern [a-z]+"],
  ])("of %j cannot be %s", async (definition, value, says) => {
    expect(await refusal(withParameter(definition), { P: value })).toBe(
      `ValidationError: Parameter 'P' ${says}`,
    );
  });

  test("that the template does not have is refused", async () => {
    expect(await refusal({ Resources: { Log: logGroup() } }, { Q: "1" })).toBe(
      "ValidationError: Parameters: [Q] do not exist in the template",
    );
  });

  test("says what its author wants it to say", async () => {
    const definition = { Type: "Number", MaxValue: 9, ConstraintDescription: "one digit" };
    expect(await refusal(withParameter(definition), { P: "10" })).toBe(
      "ValidationError: Parameter P failed to satisfy constraint: one digit",
    );
  });
});

describe("a request", () => {
  const role = {
    Type: "AWS::IAM::Role",
    Properties: { AssumeRolePolicyDocument: { Version: "2012-10-17", Statement: [] } },
  };

  test("for a role needs a capability", async () => {
    const none = { Capabilities: [] };
    expect(await refusal({ Resources: { Role: role } }, {}, none)).toBe(
      "InsufficientCapabilitiesException: Requires capabilities : [CAPABILITY_IAM]",
    );
  });

  test("for a role with a name needs a larger capability", async () => {
    const named = { ...role, Properties: { ...role.Properties, RoleName: "mine" } };
    expect(await refusal({ Resources: { Role: named } })).toBe(
      "InsufficientCapabilitiesException: Requires capabilities : [CAPABILITY_NAMED_IAM]",
    );
  });

  test("with a name that CloudFormation refuses is refused", async () => {
    const { client } = new Stacks(local());
    const request = new CreateStackCommand({ StackName: "north_wind", TemplateBody: "{}" });
    await expect(client.send(request)).rejects.toThrow(
      "1 validation error detected: Value 'north_wind' at 'stackName' failed to satisfy constraint: Member must satisfy regular expression pattern",
    );
  });

  test("with an option that nothing here obeys is refused", async () => {
    const { client } = new Stacks(local());
    const request = new CreateStackCommand({
      StackName: "northwind",
      TemplateBody: "{}",
      NotificationARNs: ["arn:aws:sns:us-east-1:000000000000:topic"],
    });
    await expect(client.send(request)).rejects.toThrow(
      "The local AWS does not support NotificationARNs of CreateStack.",
    );
  });

  test("for an operation that is not there is refused", async () => {
    const { client } = new Stacks(local());
    const { ListStackSetsCommand } = await import("@aws-sdk/client-cloudformation");
    await expect(client.send(new ListStackSetsCommand({}))).rejects.toThrow(
      "Could not find operation ListStackSets for version 2010-05-15",
    );
  });
});
