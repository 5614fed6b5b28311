/** What the bucket stack must do on any CloudFormation; run against the local AWS and against moto. */
import { readFileSync } from "node:fs";
import { HeadBucketCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type AwsClients, createClients } from "../../../src/aws/clients.ts";
import { emptyBucket } from "../../../src/aws/empty-bucket.ts";
import type { StackRequest } from "../../../src/stacks/change-set.ts";
import { type Cloud, cloudOf } from "../../../src/stacks/cloud.ts";
import { deleteStack } from "../../../src/stacks/delete.ts";
import { deployStack } from "../../../src/stacks/deploy-stack.ts";
import { describeStack, type Stack, templateOf } from "../../../src/stacks/describe.ts";
import { identityTags, requireIdentity, templateFor } from "../../../src/stacks/identity.ts";
import { outputOf } from "../../../src/stacks/outputs.ts";
import { bucketOf } from "../../../src/stacks/resources.ts";
import { conditionOf } from "../../../src/stacks/stack-status.ts";
import { recordingStep } from "./recording-step.ts";

const TEMPLATE = readFileSync(new URL("../../../templates/bucket.yaml", import.meta.url), "utf8");

export interface AwsServer {
  endpoint: string;
  stop(): Promise<void>;
}

/**
 * What a server does as AWS does. moto deletes full buckets, takes no notice of tags in change sets,
 * and gives stacks that come from change sets neither description nor outputs.
 */
export interface Faithfulness {
  keepsFullBuckets: boolean;
  noticesTags: boolean;
  tellsOutputs: boolean;
}

export function bucketStackSuite(start: () => Promise<AwsServer>, as: Faithfulness): void {
  let server: AwsServer;
  let clients: AwsClients;
  let cloud: Cloud;
  beforeAll(async () => {
    server = await start();
    const credentials = { accessKeyId: "local", secretAccessKey: "local" };
    clients = createClients({
      local: { endpoint: server.endpoint, region: "us-east-1", credentials },
    });
    cloud = await cloudOf(clients);
  });
  afterAll(() => server.stop());

  function request(name: string, changes: Partial<StackRequest> = {}): StackRequest {
    const identity = { site: name, role: "bucket" } as const;
    const template = templateFor(identity, TEMPLATE);
    const tags = { ...identityTags(identity), ...changes.tags };
    return { name, identity, template, parameters: {}, roleArn: null, ...changes, tags };
  }

  async function createStack(name: string): Promise<{ stack: Stack; bucket: string }> {
    const { stack } = await deployStack(cloud, "create", request(name), recordingStep());
    return { stack, bucket: (await bucketOf(cloud, stack)) ?? "" };
  }

  async function fill(bucket: string): Promise<void> {
    await (await clients.s3()).send(new PutObjectCommand({ Bucket: bucket, Key: "a", Body: "b" }));
  }

  test("a stack is created, its bucket is there, and its events are shown", async () => {
    const step = recordingStep();
    const { stack, changed } = await deployStack(cloud, "create", request("created"), step);
    expect(changed).toBe(true);
    expect(conditionOf(stack.status)).toBe("usable");
    const bucket = (await bucketOf(cloud, stack)) ?? "";
    await (await clients.s3()).send(new HeadBucketCommand({ Bucket: bucket }));
    expect(step.lines.at(-1)).toBe("CREATE_COMPLETE AWS::CloudFormation::Stack created");
  });

  if (as.tellsOutputs)
    test("a stack is known as dsl's and names its bucket", async () => {
      const { stack, bucket } = await createStack("told");
      requireIdentity(stack, { site: "told", role: "bucket" });
      expect(outputOf(stack, "BucketName")).toBe(bucket);
    });

  test("the template can be read back as it was sent, white space at its end aside", async () => {
    await createStack("read-back");
    expect((await templateOf(cloud.client, "read-back")).trimEnd()).toBe(
      request("read-back").template.trimEnd(),
    );
  });

  test("the same again changes nothing", async () => {
    await createStack("same");
    const again = await deployStack(cloud, "update", request("same"), recordingStep());
    expect(again.changed).toBe(false);
    expect(conditionOf(again.stack.status)).toBe("usable");
  });

  test("another template is an update, and the bucket stays the same", async () => {
    const { bucket } = await createStack("changed");
    const template = request("changed").template.replace(
      "ExpirationInDays: 1",
      "ExpirationInDays: 2",
    );
    const step = recordingStep();
    const second = await deployStack(cloud, "update", request("changed", { template }), step);
    expect(second.changed).toBe(true);
    expect(step.lines.at(-1)).toBe("UPDATE_COMPLETE AWS::CloudFormation::Stack changed");
    expect(step.lines.join()).not.toContain("CREATE_");
    expect(await bucketOf(cloud, second.stack)).toBe(bucket);
  });

  if (as.noticesTags)
    test("other tags are an update", async () => {
      await createStack("tags");
      const tagged = request("tags", { tags: { owner: "anna" } });
      const second = await deployStack(cloud, "update", tagged, recordingStep());
      expect(second.changed).toBe(true);
      expect(second.stack.tags).toMatchObject({ owner: "anna", "dsl:site": "tags" });
    });

  test("an emptied bucket goes with its stack, and the name is free again", async () => {
    const { stack, bucket } = await createStack("deleted");
    await fill(bucket);
    expect(await emptyBucket(await clients.s3(), bucket)).toBe(1);
    await deleteStack(cloud, stack, null, recordingStep());
    expect(await describeStack(cloud.client, "deleted")).toBeNull();
    expect((await createStack("deleted")).stack.id).not.toBe(stack.id);
  });

  if (as.keepsFullBuckets)
    test("a full bucket stays, and the reason is told", async () => {
      const { stack, bucket } = await createStack("full");
      await fill(bucket);
      await expect(deleteStack(cloud, stack, null, recordingStep())).rejects.toMatchObject({
        code: "stack_failed",
        message: expect.stringMatching(
          /could not delete stack full: Bucket \(AWS::S3::Bucket\): .*not empty/,
        ),
        hint: expect.stringContaining("dsl delete-stack"),
      });
      const after = await describeStack(cloud.client, "full");
      expect(conditionOf(after?.status ?? "")).toBe("unusable");
    });

  test("there is no stack that nobody made", async () => {
    expect(await describeStack(cloud.client, "nobody")).toBeNull();
  });
}
