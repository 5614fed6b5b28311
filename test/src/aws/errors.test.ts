import { DescribeStacksCommand } from "@aws-sdk/client-cloudformation";
import { HeadObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { DslError } from "../../../runtime/core/dsl-error.ts";
import { createClients } from "../../../src/aws/clients.ts";
import { awsErrorCode, explainAwsError } from "../../../src/aws/errors.ts";
import { queryError, s3Error, scriptedAws } from "./scripted-aws.ts";

const PUT = new PutObjectCommand({ Bucket: "northwind-bucket", Key: "manifest.json", Body: "{}" });

beforeEach(() => {
  vi.stubEnv("AWS_MAX_ATTEMPTS", "2");
});
afterEach(() => {
  vi.unstubAllEnvs();
});

async function failureOf(request: Promise<unknown>): Promise<unknown> {
  return request.then(
    () => expect.fail("the request succeeded"),
    (error: unknown) => error,
  );
}

/** What the user is told when S3 answers so to an upload. */
async function explainS3(status: number, body: string): Promise<DslError> {
  const aws = await scriptedAws(status, body);
  try {
    const error = explainAwsError(await failureOf((await aws.clients.s3()).send(PUT)));
    expect(error).toBeInstanceOf(DslError);
    return error as DslError;
  } finally {
    await aws.close();
  }
}

test("a denied request names who, the action and the resource", async () => {
  const error = await explainS3(
    403,
    s3Error(
      "AccessDenied",
      "User: arn:aws:iam::123456789012:user/anna is not authorized to perform: s3:PutObject on resource: &quot;arn:aws:s3:::northwind-bucket/manifest.json&quot; because no identity-based policy allows the s3:PutObject action",
    ),
  );
  expect(error.code).toBe("access_denied");
  expect(error.message).toBe(
    "arn:aws:iam::123456789012:user/anna may not s3:PutObject on arn:aws:s3:::northwind-bucket/manifest.json",
  );
  expect(error.hint).toContain("allow s3:PutObject");
});

test("a bucket policy in the way is named", async () => {
  const error = await explainS3(
    403,
    s3Error(
      "AccessDenied",
      "User: arn:aws:iam::1:user/anna is not authorized to perform: s3:PutObject on resource: &quot;arn:aws:s3:::b/k&quot; with an explicit deny in a resource-based policy",
    ),
  );
  expect(error.message).toContain("a bucket policy (resource-based policy) denies it");
});

test.each([
  "with an explicit deny in a service control policy",
  "because no service control policy allows the s3:PutObject action",
  "with an explicit deny in a resource control policy",
])("a policy of the organisation is named, in AWS's own words: %s", async (reason) => {
  const said = `User: arn:aws:iam::1:user/anna is not authorized to perform: s3:PutObject ${reason}`;
  const error = await explainS3(403, s3Error("AccessDenied", said));
  expect(error.message).toContain(`a policy of the organisation forbids it (AWS says: ${said})`);
  expect(error.hint).toContain("administrators of the AWS organisation");
});

test("a permissions boundary in the way is named", async () => {
  const said = "User: arn:aws:iam::1:user/anna is not authorized to perform: s3:PutObject";
  const body = s3Error("AccessDenied", `${said} with an explicit deny in a permissions boundary`);
  expect((await explainS3(403, body)).message).toContain("a permissions boundary denies it");
});

test("a bare Access Denied is filled in from the request", async () => {
  const error = await explainS3(403, s3Error("AccessDenied", "Access Denied"));
  expect(error.message).toBe(
    "These credentials may not s3:PutObject on arn:aws:s3:::northwind-bucket/manifest.json",
  );
});

test("a denied HEAD request, which has no body, is explained too", async () => {
  const aws = await scriptedAws(403, "");
  const head = new HeadObjectCommand({ Bucket: "northwind-bucket", Key: "manifest.json" });
  const error = explainAwsError(await failureOf((await aws.clients.s3()).send(head)));
  await aws.close();
  expect(error).toMatchObject({
    code: "access_denied",
    message: expect.stringContaining("may not s3:GetObject on arn:aws:s3:::northwind-bucket"),
  });
});

test.each([
  [400, "ExpiredToken", "The provided token has expired.", "expired_credentials", "sign in again"],
  [403, "InvalidAccessKeyId", "does not exist", "refused_credentials", "get-caller-identity"],
  [403, "SignatureDoesNotMatch", "does not match", "refused_credentials", "get-caller-identity"],
  [403, "RequestTimeTooSkewed", "too large", "wrong_clock", "set the clock"],
  [301, "PermanentRedirect", "must be addressed", "wrong_region", "--region"],
  [
    400,
    "AuthorizationHeaderMalformed",
    "the region 'eu-central-1' is wrong; expecting 'us-west-2'",
    "wrong_region",
    "--region us-west-2",
  ],
  [409, "OperationAborted", "A conflicting operation", "aws_refused", "DSL_DEBUG"],
])("%d %s (%s) is %s: %s", async (status, awsCode, awsMessage, code, hint) => {
  const error = await explainS3(status, s3Error(awsCode, awsMessage));
  expect(error.code).toBe(code);
  expect(error.hint).toContain(hint);
  expect(error.cause).toBeInstanceOf(Error);
});

test("CloudFormation's denial names the stack", async () => {
  const aws = await scriptedAws(403, queryError("AccessDenied", "Access Denied"));
  const describe = new DescribeStacksCommand({ StackName: "northwind" });
  const error = explainAwsError(
    await failureOf((await aws.clients.cloudFormation()).send(describe)),
  );
  await aws.close();
  expect(error).toMatchObject({
    message: "These credentials may not cloudformation:DescribeStacks on stack northwind",
  });
});

test("throttling that does not end and faults of AWS say that trying again is fine", async () => {
  expect(
    await explainS3(503, s3Error("SlowDown", "Please reduce your request rate.")),
  ).toMatchObject({
    code: "throttled",
    hint: expect.stringContaining("run the same command again"),
  });
  expect(await explainS3(500, s3Error("InternalError", "We encountered"))).toMatchObject({
    code: "aws_fault",
    message: "AWS S3 fails at PutObject with 500 InternalError, also when tried again",
  });
});

test("an endpoint where nothing listens is named", async () => {
  const aws = await scriptedAws(200, "");
  await aws.close();
  const error = explainAwsError(await failureOf((await aws.clients.s3()).send(PUT)));
  expect(error).toMatchObject({
    code: "unreachable",
    message: expect.stringMatching(/^AWS S3 cannot be reached: connect ECONNREFUSED 127\.0\.0\.1:/),
  });
});

test("errors that are not from AWS stay as they are", async () => {
  const mine = new DslError("no_file", "There is no file x.db", "check the path");
  expect(explainAwsError(mine)).toBe(mine);
  const fault = new TypeError("x is not a function");
  expect(explainAwsError(fault)).toBe(fault);
});

test("the code of an error is the service's, for those who expect one", async () => {
  const aws = await scriptedAws(404, s3Error("NoSuchKey", "The specified key does not exist."));
  const error = await failureOf((await aws.clients.s3()).send(PUT));
  await aws.close();
  expect(awsErrorCode(error)).toBe("NoSuchKey");
});

test("clients of the local AWS are asked often, those of AWS politely", () => {
  const credentials = { accessKeyId: "a", secretAccessKey: "b" };
  const local = { endpoint: "http://127.0.0.1:9", region: "us-east-1", credentials };
  expect(createClients({ local }).pollMilliseconds).toBeLessThan(
    createClients({ region: "eu-central-1" }).pollMilliseconds,
  );
});

/** Whole answers as AWS's documentation and services give them, with what the user is told. */
const DOCUMENTED = {
  // https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html, as the query protocol has it
  "a session that has expired, of CloudFormation": {
    status: 403,
    body: `<ErrorResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/">
  <Error><Type>Sender</Type><Code>ExpiredToken</Code><Message>The security token included in the request is expired</Message></Error>
  <RequestId>5ccc7dcd-5e7f-4bd2-b4a2-bd9d8a2d9d2b</RequestId></ErrorResponse>`,
    code: "expired_credentials",
    hint: "sign in again (aws sso login)",
  },
  // https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
  "a service control policy that denies": {
    status: 403,
    body: `<ErrorResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/">
  <Error><Type>Sender</Type><Code>AccessDenied</Code><Message>User: arn:aws:sts::123456789012:assumed-role/Developer/anna is not authorized to perform: cloudformation:DescribeStacks on resource: arn:aws:cloudformation:eu-central-1:123456789012:stack/northwind/* with an explicit deny in a service control policy: arn:aws:organizations::777788889999:policy/o-exampleorgid/service_control_policy/p-examplepolicyid123</Message></Error>
  <RequestId>5ccc7dcd-5e7f-4bd2-b4a2-bd9d8a2d9d2b</RequestId></ErrorResponse>`,
    code: "access_denied",
    hint: "ask the administrators of the AWS organisation to allow cloudformation:DescribeStacks",
  },
  // https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStack.html#API_CreateStack_Errors
  "a quota of stacks": {
    status: 400,
    body: `<ErrorResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/">
  <Error><Type>Sender</Type><Code>LimitExceededException</Code><Message>Limit for stack has been exceeded. Delete an existing stack and then retry creating the stack.</Message></Error>
  <RequestId>5ccc7dcd-5e7f-4bd2-b4a2-bd9d8a2d9d2b</RequestId></ErrorResponse>`,
    code: "quota_reached",
    hint: "raise the quota in the Service Quotas console",
  },
  "a region that is not turned on": {
    status: 403,
    body: `<ErrorResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/">
  <Error><Type>Sender</Type><Code>OptInRequired</Code><Message>The AWS Access Key Id needs a subscription for the service</Message></Error>
  <RequestId>5ccc7dcd-5e7f-4bd2-b4a2-bd9d8a2d9d2b</RequestId></ErrorResponse>`,
    code: "region_not_enabled",
    hint: "turn it on in the console",
  },
};

test.each(Object.entries(DOCUMENTED))("%s", async (_, { status, body, code, hint }) => {
  const aws = await scriptedAws(status, body);
  const describe = new DescribeStacksCommand({ StackName: "northwind" });
  const failure = await failureOf((await aws.clients.cloudFormation()).send(describe));
  await aws.close();
  expect(explainAwsError(failure)).toMatchObject({ code, hint: expect.stringContaining(hint) });
});

test("a bucket in another region, in S3's own words, is told with that region", async () => {
  // https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
  const body = `<?xml version="1.0" encoding="UTF-8"?>
<Error><Code>PermanentRedirect</Code><Message>The bucket you are attempting to access must be addressed using the specified endpoint. Please send all future requests to this endpoint.</Message><Endpoint>northwind-bucket.s3.us-west-2.amazonaws.com</Endpoint><Bucket>northwind-bucket</Bucket><RequestId>4442587FB7D0A2F9</RequestId><HostId>x</HostId></Error>`;
  expect(await explainS3(301, body)).toMatchObject({
    code: "wrong_region",
    message: "Bucket northwind-bucket is not in region eu-central-1",
    hint: "give its region: --region us-west-2",
  });
});
