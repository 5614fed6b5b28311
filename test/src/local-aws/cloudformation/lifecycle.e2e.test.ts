/** The project's own two templates, from nothing to nothing. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  DescribeStackResourcesCommand,
  GetTemplateCommand,
  GetTemplateSummaryCommand,
  ListStackResourcesCommand,
  ListStacksCommand,
  ValidateTemplateCommand,
} from "@aws-sdk/client-cloudformation";
import { expect, test } from "vitest";
import { templatesFolder } from "../../../../src/paths.ts";
import { MACHINE, zip } from "../lambda/functions.ts";
import { useLocalAws } from "../local-server.ts";
import { outputsOf, Stacks } from "./stacks.ts";

const BUCKET = readFileSync(join(templatesFolder, "bucket.yaml"), "utf8");
const SERVICE = readFileSync(join(templatesFolder, "service.yaml"), "utf8");
const NO_CHANGES =
  "The submitted information didn't contain changes. Submit different information to create a change set.";

const local = useLocalAws();

function handler(text: string): Buffer {
  return zip({
    "index.cjs": `exports.handler = async () => ({ statusCode: 200, body: "${text}" });`,
  });
}

function serviceParameters(bucket: string): Record<string, string> {
  return {
    BucketName: bucket,
    CodeKey: "code/one.zip",
    LayerKey: "layers/one.zip",
    Architecture: MACHINE,
    Storage: "s3",
    MemorySize: "256",
    Timeout: "10",
    EphemeralStorage: "512",
    RefreshSeconds: "5",
    RateLimit: "50",
    BurstLimit: "100",
    ReservedConcurrency: "none",
    LogRetentionDays: "7",
  };
}

test("creates, updates, leaves alone and deletes the bucket and the service", async () => {
  const { buckets, objects, logs } = local().context;
  const stacks = new Stacks(local());

  const bucketStack = await stacks.deploy(
    "northwind",
    BUCKET,
    {},
    {
      Tags: [{ Key: "team", Value: "data" }],
    },
  );
  expect(bucketStack.StackStatus).toBe("CREATE_COMPLETE");
  const bucket = outputsOf(bucketStack).BucketName ?? "";
  expect(bucket).toMatch(/^northwind-bucket-[a-z0-9]{12}$/);
  expect(buckets.policy(bucket)).toMatchObject({ Statement: [{ Sid: "OnlyOverTls" }] });
  expect(buckets.configuration(bucket, "publicAccessBlock")).toMatchObject({
    BlockPublicAcls: true,
  });
  expect(JSON.stringify(buckets.configuration(bucket, "tagging"))).toContain(
    '{"Key":"team","Value":"data"}',
  );

  await objects.write(bucket, "code/one.zip", handler("one"));
  await objects.write(bucket, "code/two.zip", handler("two"));
  await objects.write(
    bucket,
    "layers/one.zip",
    zip({ "nodejs/node_modules/thing/index.js": "exports.thing = 1;" }),
  );
  const parameters = serviceParameters(bucket);
  const service = await stacks.deploy("northwind-service", SERVICE, parameters);
  expect(service.StackStatus).toBe("CREATE_COMPLETE");
  const { Url = "", LogGroupName = "" } = outputsOf(service);
  expect(LogGroupName).toBe("/aws/lambda/northwind-service");
  expect(await (await fetch(Url)).text()).toBe("one");
  expect(logs.findGroup(local().region, LogGroupName)?.retentionDays).toBe(7);

  const unchanged = await stacks.propose("northwind-service", SERVICE, parameters);
  expect(unchanged).toMatchObject({
    Status: "FAILED",
    StatusReason: NO_CHANGES,
    ExecutionStatus: "UNAVAILABLE",
  });

  const changed = { ...parameters, CodeKey: "code/two.zip" };
  const proposal = await stacks.propose("northwind-service", SERVICE, changed);
  expect(proposal.Changes?.map(({ ResourceChange }) => ResourceChange)).toMatchObject([
    {
      Action: "Modify",
      LogicalResourceId: "Function",
      Replacement: "False",
      Scope: ["Properties"],
    },
  ]);
  const updated = await stacks.deploy("northwind-service", SERVICE, changed);
  expect(updated.StackStatus).toBe("UPDATE_COMPLETE");
  expect(outputsOf(updated).Url).toBe(Url);
  expect(await (await fetch(Url)).text()).toBe("two");

  expect((await stacks.delete("northwind-service")).StackStatus).toBe("DELETE_COMPLETE");
  await expect(fetch(Url)).rejects.toThrow();
  expect(logs.findGroup(local().region, LogGroupName)).toBeUndefined();
  for (const key of ["code/one.zip", "code/two.zip", "layers/one.zip"]) {
    objects.delete(bucket, key);
  }
  expect((await stacks.delete("northwind")).StackStatus).toBe("DELETE_COMPLETE");
  expect(buckets.find(bucket)).toBeUndefined();
});

test("makes resources in the order of their references and says so in events", async () => {
  const stacks = new Stacks(local());
  await stacks.deploy("ordered", BUCKET);
  expect(await stacks.events("ordered")).toEqual([
    "ordered REVIEW_IN_PROGRESS: User Initiated",
    "ordered CREATE_IN_PROGRESS: User Initiated",
    "Bucket CREATE_IN_PROGRESS",
    "Bucket CREATE_IN_PROGRESS: Resource creation Initiated",
    "Bucket CREATE_COMPLETE",
    "BucketPolicy CREATE_IN_PROGRESS",
    "BucketPolicy CREATE_IN_PROGRESS: Resource creation Initiated",
    "BucketPolicy CREATE_COMPLETE",
    "ordered CREATE_COMPLETE",
  ]);
  const { StackResources } = await stacks.client.send(
    new DescribeStackResourcesCommand({ StackName: "ordered" }),
  );
  const { StackResourceSummaries } = await stacks.client.send(
    new ListStackResourcesCommand({ StackName: "ordered" }),
  );
  for (const resources of [StackResources, StackResourceSummaries]) {
    expect(resources?.map(({ LogicalResourceId }) => LogicalResourceId)).toEqual([
      "Bucket",
      "BucketPolicy",
    ]);
  }
});

test("replaces a layer before it updates the function, and cleans up afterwards", async () => {
  const { objects } = local().context;
  const stacks = new Stacks(local());
  const bucket = outputsOf(await stacks.deploy("layered", BUCKET)).BucketName ?? "";
  const layer = (value: number) =>
    zip({ "nodejs/node_modules/thing/index.js": `exports.thing = ${value};` });
  const code = `exports.handler = async () => ({ statusCode: 200, body: String(require("thing").thing) });`;
  await objects.write(bucket, "code/one.zip", zip({ "index.cjs": code }));
  await objects.write(bucket, "layers/one.zip", layer(1));
  await objects.write(bucket, "layers/two.zip", layer(2));
  const parameters = serviceParameters(bucket);
  const { Url = "" } = outputsOf(await stacks.deploy("layered-service", SERVICE, parameters));
  expect(await (await fetch(Url)).text()).toBe("1");

  const changed = { ...parameters, LayerKey: "layers/two.zip" };
  const { Changes } = await stacks.propose("layered-service", SERVICE, changed);
  expect(Changes?.map(({ ResourceChange }) => ResourceChange)).toMatchObject([
    { LogicalResourceId: "Layer", Replacement: "True" },
    { LogicalResourceId: "Function", Replacement: "False" },
  ]);
  await stacks.deploy("layered-service", SERVICE, changed);
  expect(await (await fetch(Url)).text()).toBe("2");
  const events = await stacks.events("layered-service");
  expect(
    events.slice(events.indexOf("layered-service UPDATE_IN_PROGRESS: User Initiated")),
  ).toEqual([
    "layered-service UPDATE_IN_PROGRESS: User Initiated",
    "Layer UPDATE_IN_PROGRESS",
    "Layer UPDATE_IN_PROGRESS: Requested update requires the creation of a new physical resource; hence creating one.",
    "Layer UPDATE_IN_PROGRESS: Resource creation Initiated",
    "Layer UPDATE_COMPLETE",
    "Function UPDATE_IN_PROGRESS",
    "Function UPDATE_COMPLETE",
    "layered-service UPDATE_COMPLETE_CLEANUP_IN_PROGRESS",
    "Layer DELETE_IN_PROGRESS",
    "Layer DELETE_COMPLETE",
    "layered-service UPDATE_COMPLETE",
  ]);
});

test("keeps templates, and lists stacks that are gone", async () => {
  const stacks = new Stacks(local());
  await stacks.deploy("kept", BUCKET);
  const { TemplateBody } = await stacks.client.send(new GetTemplateCommand({ StackName: "kept" }));
  expect(TemplateBody).toBe(BUCKET);
  await stacks.delete("kept");
  const { StackSummaries } = await stacks.client.send(
    new ListStacksCommand({ StackStatusFilter: ["DELETE_COMPLETE"] }),
  );
  expect(StackSummaries?.map(({ StackName }) => StackName)).toContain("kept");
  await expect(stacks.settled("kept")).rejects.toThrow("Stack with id kept does not exist");
});

test("says what a template needs", async () => {
  const { client } = new Stacks(local());
  const validated = await client.send(new ValidateTemplateCommand({ TemplateBody: SERVICE }));
  expect(validated.Capabilities).toEqual(["CAPABILITY_IAM"]);
  const [declared = ""] = SERVICE.slice(SERVICE.indexOf("\nParameters:")).split("\nConditions:");
  const names = [...declared.matchAll(/^ {2}(\w+):$/gm)].map(([, name]) => name);
  expect(names).toContain("MemorySize");
  expect(validated.Parameters?.map(({ ParameterKey }) => ParameterKey)).toEqual(names);
  const summary = await client.send(new GetTemplateSummaryCommand({ TemplateBody: BUCKET }));
  expect(summary.ResourceTypes).toEqual(["AWS::S3::Bucket", "AWS::S3::BucketPolicy"]);
});

test("reads a template from the bucket", async () => {
  const { buckets, objects } = local().context;
  const stacks = new Stacks(local());
  buckets.create("templates", local().region);
  await objects.write("templates", "bucket.yaml", Buffer.from(BUCKET));
  for (const [name, url] of [
    ["by-path", `${local().endpoint}/templates/bucket.yaml`],
    ["by-host", "https://templates.s3.us-east-1.amazonaws.com/bucket.yaml"],
  ] as const) {
    const { StackStatus } = await stacks.deploy(
      name,
      undefined,
      {},
      {
        TemplateBody: undefined,
        TemplateURL: url,
      },
    );
    expect(StackStatus).toBe("CREATE_COMPLETE");
  }
});
