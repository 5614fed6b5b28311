/** Functions for tests, made the way they are made in production: with a stack. */
import { createHash } from "node:crypto";
import { InvokeCommand, type LambdaClient } from "@aws-sdk/client-lambda";
import { strToU8, zipSync } from "fflate";
import type { RunningLocalAws } from "../../../../src/local-aws/local-aws.ts";
import { outputsOf, Stacks } from "../cloudformation/stacks.ts";

export const MACHINE = process.arch === "arm64" ? "arm64" : "x86_64";

export function zip(files: Record<string, string>): Buffer {
  const entries = Object.entries(files).map(([name, text]) => [name, strToU8(text)]);
  return Buffer.from(zipSync(Object.fromEntries(entries)));
}

/** Stores bytes in a bucket that is made when it is missing. */
export async function upload(aws: RunningLocalAws, key: string, bytes: Uint8Array): Promise<void> {
  const { buckets, objects } = aws.context;
  if (buckets.find("code") === undefined) buckets.create("code", aws.region);
  await objects.write("code", key, bytes);
}

interface FunctionOptions {
  /** Files of the zip; a text is `index.js`. */
  code: string | Record<string, string>;
  properties?: Record<string, unknown>;
  /** Statements of the role's policy. */
  statements?: object[];
}

export function functionTemplate(key: string, { properties = {}, statements }: FunctionOptions) {
  const policy = { Version: "2012-10-17", Statement: statements };
  return {
    Resources: {
      Role: {
        Type: "AWS::IAM::Role",
        Properties: {
          AssumeRolePolicyDocument: {
            Version: "2012-10-17",
            Statement: [
              {
                Effect: "Allow",
                Principal: { Service: "lambda.amazonaws.com" },
                Action: "sts:AssumeRole",
              },
            ],
          },
          ...(statements && { Policies: [{ PolicyName: "own", PolicyDocument: policy }] }),
        },
      },
      Function: {
        Type: "AWS::Lambda::Function",
        Properties: {
          Runtime: "nodejs24.x",
          Handler: "index.handler",
          Architectures: [MACHINE],
          Role: { "Fn::GetAtt": ["Role", "Arn"] },
          Code: { S3Bucket: "code", S3Key: key },
          ...properties,
        },
      },
    },
    Outputs: {
      FunctionName: { Value: { Ref: "Function" } },
      RoleName: { Value: { Ref: "Role" } },
    },
  };
}

/** Deploys a function in a stack and gives the function's name. Throws when the stack fails. */
export async function deployFunction(
  aws: RunningLocalAws,
  stackName: string,
  options: FunctionOptions,
): Promise<string> {
  const { code } = options;
  const bytes = zip(typeof code === "string" ? { "index.js": code } : code);
  const key = `${stackName}-${createHash("sha256").update(bytes).digest("hex").slice(0, 8)}.zip`;
  await upload(aws, key, bytes);
  const stacks = new Stacks(aws);
  const stack = await stacks.deploy(stackName, functionTemplate(key, options));
  if (!stack.StackStatus?.endsWith("E_COMPLETE") || stack.StackStatus.includes("ROLLBACK")) {
    throw new Error((await stacks.events(stack.StackId ?? "")).join("\n"));
  }
  return outputsOf(stack).FunctionName ?? "";
}

/** What a function answers, whether that is an error, and the end of its log. */
export async function invokeFunction(
  client: LambdaClient,
  FunctionName: string,
  event: unknown = {},
) {
  const answer = await client.send(
    new InvokeCommand({ FunctionName, Payload: JSON.stringify(event), LogType: "Tail" }),
  );
  return {
    result: JSON.parse(Buffer.from(answer.Payload ?? []).toString()),
    error: answer.FunctionError,
    log: Buffer.from(answer.LogResult ?? "", "base64").toString(),
  };
}
