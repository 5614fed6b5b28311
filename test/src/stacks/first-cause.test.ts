import { expect, test } from "vitest";
import type { StackEvent } from "../../../src/stacks/events.ts";
import { firstCause, stackFailure } from "../../../src/stacks/first-cause.ts";

function event(resource: string, type: string, status: string, reason = ""): StackEvent {
  const ofStack = type === "AWS::CloudFormation::Stack";
  return { id: `${resource}-${status}`, resource, type, status, reason, ofStack };
}

const STACK = "AWS::CloudFormation::Stack";
const CANCELLED_TOO = [
  event("northwind-service", STACK, "CREATE_IN_PROGRESS", "User Initiated"),
  event("Role", "AWS::IAM::Role", "CREATE_COMPLETE"),
  event("Api", "AWS::ApiGatewayV2::Api", "CREATE_FAILED", "Resource creation cancelled"),
  event(
    "Function",
    "AWS::Lambda::Function",
    "CREATE_FAILED",
    "'MemorySize' value failed to satisfy constraint: Member must have value less than or equal to 3008",
  ),
  event("LogGroup", "AWS::Logs::LogGroup", "CREATE_FAILED", "Resource creation cancelled"),
  event("northwind-service", STACK, "ROLLBACK_IN_PROGRESS", "The following resource(s) failed"),
  event("Role", "AWS::IAM::Role", "DELETE_FAILED", "no permission to delete it"),
  event("northwind-service", STACK, "ROLLBACK_FAILED", "The following resource(s) failed"),
];

test("the first cause is the earliest failure that is not a cancellation", () => {
  expect(firstCause(CANCELLED_TOO)?.resource).toBe("Function");
});

test("where no resource failed the stack itself says why", () => {
  const events = [
    event("northwind", STACK, "CREATE_IN_PROGRESS"),
    event("northwind", STACK, "ROLLBACK_IN_PROGRESS", "Role arn:aws:iam::1:role/x is invalid"),
    event("northwind", STACK, "ROLLBACK_COMPLETE"),
  ];
  expect(firstCause(events)?.reason).toContain("is invalid");
});

test("without any reason the error says so and where to look", () => {
  const error = stackFailure("create", "northwind", [
    event("northwind", STACK, "ROLLBACK_COMPLETE"),
  ]);
  expect(error.message).toContain("CloudFormation does not say why");
  expect(error.hint).toContain("describe-stack-events --stack-name northwind");
});

test("the error names operation, stack, resource and reason, and what to do", () => {
  const error = stackFailure("create", "northwind-service", CANCELLED_TOO);
  expect(error.message).toBe(
    "CloudFormation could not create stack northwind-service: Function (AWS::Lambda::Function): " +
      "'MemorySize' value failed to satisfy constraint: Member must have value less than or equal to 3008",
  );
  expect(error.hint).toContain("--memory 3008");
});

test.each([
  [
    "User: arn:aws:iam::1:user/x is not authorized to perform: lambda:CreateFunction on resource: y because no identity-based policy allows it",
    "allow lambda:CreateFunction",
  ],
  ["API: s3:CreateBucket Access Denied", "--role-arn"],
  ["You have attempted to create more buckets than allowed: Too many buckets", "Service Quotas"],
  [
    "The maximum number of roles limit is exceeded (Status Code: 409; LimitExceeded)",
    "Service Quotas",
  ],
  [
    "Resource of type 'AWS::Logs::LogGroup' with identifier '/aws/lambda/northwind-service' already exists",
    "aws logs delete-log-group",
  ],
  [
    "Layer version is not compatible with architecture: the function's architecture arm64 does not match",
    "--arch",
  ],
  ["Unzipped size must be smaller than 262144000 bytes", "--storage s3"],
  ["Rate exceeded", "wait a minute"],
  ["The bucket you tried to delete is not empty", "dsl delete-stack"],
])("%s → %s", (reason, hint) => {
  const error = stackFailure("update", "northwind", [
    event("Some", "AWS::Some::Thing", "UPDATE_FAILED", reason),
  ]);
  expect(error.hint).toContain(hint);
});
