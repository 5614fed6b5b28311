import { describe, expect, test } from "vitest";
import {
  allows,
  letsAssume,
  parsePolicy,
  parseTrustPolicy,
} from "../../../src/local-aws/iam/policy.ts";

function policy(...statements: object[]) {
  return parsePolicy({ Version: "2012-10-17", Statement: statements });
}

describe("a policy", () => {
  const read = policy(
    {
      Effect: "Allow",
      Action: ["s3:Get*", "s3:ListBucket"],
      Resource: ["arn:aws:s3:::b/blocks/*", "arn:aws:s3:::b/manifest.json"],
    },
    { Effect: "Deny", Action: "*", Resource: "arn:aws:s3:::b/blocks/secret?" },
  );

  test.each([
    ["s3:GetObject", "arn:aws:s3:::b/blocks/ab/cd.zst", true],
    ["s3:getobject", "arn:aws:s3:::b/manifest.json", true],
    ["s3:GetObject", "arn:aws:s3:::B/manifest.json", false],
    ["s3:GetObject", "arn:aws:s3:::b/manifest.json.bak", false],
    ["s3:GetObject", "arn:aws:s3:::b/blocks/secret1", false],
    ["s3:GetObject", "arn:aws:s3:::b/blocks/secret12", true],
    ["s3:PutObject", "arn:aws:s3:::b/manifest.json", false],
    ["s3:GetObject", "arn:aws:s3:::b/other", false],
  ])("for %s on %s says %s", (action, resource, allowed) => {
    expect(allows([read], action, resource, "1")).toBe(allowed);
  });

  test.each([
    [
      "another condition",
      {
        Effect: "Allow",
        Action: "*",
        Resource: "*",
        Condition: { StringEquals: { "aws:SourceVpc": "vpc-1" } },
      },
    ],
    ["NotAction", { Effect: "Allow", NotAction: "s3:*", Resource: "*" }],
    ["a misspelt effect", { Effect: "allow", Action: "*", Resource: "*" }],
    ["no resource", { Effect: "Allow", Action: "*" }],
  ])("with %s is refused, not ignored", (_what, statement) => {
    expect(() => policy(statement)).toThrow("Syntax errors in policy");
  });

  test("with aws:ResourceAccount allows only what belongs to that account", () => {
    const own = policy({
      Effect: "Allow",
      Action: "*",
      Resource: "*",
      Condition: { StringEquals: { "aws:ResourceAccount": "1" } },
    });
    expect(allows([own], "s3:GetObject", "arn:aws:s3:::b/key", "1")).toBe(true);
    expect(allows([own], "s3:GetObject", "arn:aws:s3:::b/key", "2")).toBe(false);
  });

  test("allows nothing by itself", () => {
    expect(allows([], "s3:GetObject", "arn:aws:s3:::b/key", "1")).toBe(false);
  });
});

test("of trust lets a service assume the role", () => {
  const trust = (Service: string) =>
    parseTrustPolicy({
      Version: "2012-10-17",
      Statement: { Effect: "Allow", Principal: { Service }, Action: "sts:AssumeRole" },
    });
  expect(letsAssume(trust("lambda.amazonaws.com"), "lambda.amazonaws.com")).toBe(true);
  expect(letsAssume(trust("ec2.amazonaws.com"), "lambda.amazonaws.com")).toBe(false);
});
