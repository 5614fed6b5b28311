/** Templates as text, and what their functions evaluate to. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  conditionHolds,
  evaluate,
} from "../../../../src/local-aws/cloudformation/template/evaluate.ts";
import type { Json } from "../../../../src/local-aws/cloudformation/template/expression.ts";
import { referencesOf } from "../../../../src/local-aws/cloudformation/template/references.ts";
import {
  type ResourceValues,
  type Scope,
  UNKNOWN,
} from "../../../../src/local-aws/cloudformation/template/scope.ts";
import { parseTemplateText } from "../../../../src/local-aws/cloudformation/template/yaml.ts";

describe("the text of a template", () => {
  test("may be JSON", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 })), (value) => {
        const json = JSON.stringify(value);
        expect(JSON.stringify(parseTemplateText(json))).toBe(
          // -0 and the order of integer keys do not survive JSON itself either.
          JSON.stringify(JSON.parse(json)),
        );
      }),
    );
  });

  test.each<[yaml: string, value: Json]>([
    ["a: !Ref B", { a: { Ref: "B" } }],
    ["a: !Condition B", { a: { Condition: "B" } }],
    ["a: !GetAtt B.C", { a: { "Fn::GetAtt": ["B", "C"] } }],
    ["a: !GetAtt B.Outputs.C", { a: { "Fn::GetAtt": ["B", "Outputs.C"] } }],
    ["a: !Sub '${B}'", { a: { "Fn::Sub": "${B}" } }],
    ["a: !Join [',', [!Ref B, c]]", { a: { "Fn::Join": [",", [{ Ref: "B" }, "c"]] } }],
    [
      "a: !If [C, !Sub 'x', !Ref AWS::NoValue]",
      { a: { "Fn::If": ["C", { "Fn::Sub": "x" }, { Ref: "AWS::NoValue" }] } },
    ],
    ["Version: 2012-10-17", { Version: "2012-10-17" }],
    ["a: yes\nb: 'yes'", { a: true, b: "yes" }],
    ["a: |\n  one\n  two\n", { a: "one\ntwo\n" }],
    ["a: 1\nb: 1.5\nc: ~", { a: 1, b: 1.5, c: null }],
  ])("%j is %j", (yaml, value) => {
    expect(parseTemplateText(yaml)).toEqual(value);
  });

  test.each([
    ["a: &x 1\nb: *x", "YAML aliases are not allowed"],
    ["a: 1\na: 2", "Map keys must be unique"],
    ["a: !Transform {Name: x}", "unsupported function: Fn::Transform"],
  ])("%j is refused", (yaml, says) => {
    expect(() => parseTemplateText(yaml)).toThrow(says);
  });
});

const RESOURCES: Record<string, ResourceValues> = {
  Bucket: {
    ref: "the-bucket",
    attribute: (name) => (name === "Arn" ? "arn:aws:s3:::the-bucket" : undefined),
  },
  Later: { ref: UNKNOWN, attribute: () => UNKNOWN },
};

const SCOPE: Scope = {
  pseudoParameters: { "AWS::Region": "us-east-1" },
  parameters: { Name: "northwind", List: ["a", "b"], Empty: "" },
  mappings: { Sizes: { large: { memory: 1769 } } },
  conditions: {
    Yes: { "Fn::Equals": [{ Ref: "Empty" }, ""] },
    No: { "Fn::Not": [{ Condition: "Yes" }] },
    Both: { "Fn::And": [{ Condition: "Yes" }, { Condition: "No" }] },
    Either: { "Fn::Or": [{ Condition: "Yes" }, { Condition: "No" }] },
    Numbers: { "Fn::Equals": ["1", 1] },
    Circle: { "Fn::Not": [{ Condition: "Circle" }] },
    Broken: { "Fn::Equals": ["one"] },
  },
  resource: (logicalId) => RESOURCES[logicalId],
  importValue: (name) => (name === "exported" ? "imported" : undefined),
};

describe("an expression", () => {
  test.each<[expression: Json, value: unknown]>([
    [{ Ref: "Name" }, "northwind"],
    [{ Ref: "List" }, ["a", "b"]],
    [{ Ref: "Bucket" }, "the-bucket"],
    [{ Ref: "AWS::Region" }, "us-east-1"],
    [{ Ref: "AWS::NoValue" }, undefined],
    [{ "Fn::GetAtt": ["Bucket", "Arn"] }, "arn:aws:s3:::the-bucket"],
    [{ "Fn::GetAtt": "Bucket.Arn" }, "arn:aws:s3:::the-bucket"],
    [
      { "Fn::Sub": "${Bucket.Arn}/${Name}/${!Literal}" },
      "arn:aws:s3:::the-bucket/northwind/${Literal}",
    ],
    [{ "Fn::Sub": ["${Key}-${Name}", { Key: { Ref: "Bucket" } }] }, "the-bucket-northwind"],
    [{ "Fn::Join": ["-", ["a", { Ref: "Name" }, 1]] }, "a-northwind-1"],
    [{ "Fn::Join": [",", { Ref: "List" }] }, "a,b"],
    [{ "Fn::Select": ["1", { Ref: "List" }] }, "b"],
    [{ "Fn::Select": [0, { "Fn::Split": [":", "x:y"] }] }, "x"],
    [{ "Fn::FindInMap": ["Sizes", "large", "memory"] }, 1769],
    [{ "Fn::ImportValue": "exported" }, "imported"],
    [{ "Fn::Base64": "abc" }, "YWJj"],
    [{ "Fn::If": ["Yes", "one", { Ref: "Nobody" }] }, "one"],
    [
      { a: { "Fn::If": ["No", 1, { Ref: "AWS::NoValue" }] }, b: [{ Ref: "AWS::NoValue" }, 2] },
      { b: [2] },
    ],
    [{ "Fn::Sub": "${Later.Arn}/x" }, UNKNOWN],
    [{ a: [{ Ref: "Later" }] }, { a: [UNKNOWN] }],
    [
      { Ref: "Name", Other: 1 },
      { Ref: "Name", Other: 1 },
    ],
  ])("%j is %j", (expression, value) => {
    expect(evaluate(expression, SCOPE)).toEqual(value);
  });

  test.each<[expression: Json, says: string]>([
    [{ Ref: "Nobody" }, "Unresolved resource dependencies [Nobody]"],
    [{ Ref: ["Name"] }, "every Ref object must have a single String value"],
    [{ "Fn::GetAtt": ["Bucket", "Size"] }, "resource Bucket does not support attribute type Size"],
    [{ "Fn::GetAtt": ["Nobody", "Arn"] }, "Fn::GetAtt references undefined resource Nobody"],
    [{ "Fn::GetAtt": ["Bucket"] }, "every Fn::GetAtt object requires two non-empty parameters"],
    [{ "Fn::Sub": [1] }, "Fn::Sub intrinsic functions don't specify expected arguments"],
    [{ "Fn::Join": ["a,b"] }, "every Fn::Join object requires two parameters"],
    [{ "Fn::Join": ["", [["nested"]]] }, "expected a string to join"],
    [{ "Fn::Select": [5, { Ref: "List" }] }, "cannot select nonexistent value at index 5"],
    [{ "Fn::Split": [",", ["a"]] }, "every Fn::Split object requires two parameters"],
    [
      { "Fn::FindInMap": ["Sizes", "small", "memory"] },
      "Unable to get mapping for Sizes::small::memory",
    ],
    [{ "Fn::ImportValue": "nothing" }, "No export named nothing found."],
    [{ "Fn::If": ["Yes", 1] }, "Fn::If requires a list argument with three elements"],
    [{ "Fn::If": ["Unknown", 1, 2] }, "Unresolved condition dependency Unknown"],
    [{ "Fn::Equals": [1, 1] }, "can only be used in the Conditions section"],
    [{ "Fn::Cidr": [1] }, "Encountered unsupported function: Fn::Cidr"],
  ])("%j is refused", (expression, says) => {
    expect(() => evaluate(expression, SCOPE)).toThrow(says);
  });
});

describe("a condition", () => {
  test.each([
    ["Yes", true],
    ["No", false],
    ["Both", false],
    ["Either", true],
    ["Numbers", true],
  ])("%s is %s", (name, holds) => {
    expect(conditionHolds(name, SCOPE)).toBe(holds);
  });

  test.each([
    ["Circle", "Circular dependency between conditions: [Circle]"],
    ["Broken", "every condition is a well-formed"],
  ])("%s is refused", (name, says) => {
    expect(() => conditionHolds(name, SCOPE)).toThrow(says);
  });
});

test("refers to everything that any branch of it names", () => {
  const expression: Json = {
    a: { "Fn::If": ["C", { Ref: "A" }, { "Fn::GetAtt": ["B", "Arn"] }] },
    b: [{ "Fn::Sub": ["${Bound}${D.Arn}${AWS::Region}", { Bound: { Ref: "E" } }] }],
  };
  expect(referencesOf(expression)).toEqual([
    { name: "A" },
    { name: "B", attribute: "Arn" },
    { name: "D", attribute: "Arn" },
    { name: "AWS::Region" },
    { name: "E" },
  ]);
});
