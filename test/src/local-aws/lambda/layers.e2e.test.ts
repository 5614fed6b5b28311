import {
  AddLayerVersionPermissionCommand,
  DeleteLayerVersionCommand,
  GetLayerVersionByArnCommand,
  GetLayerVersionCommand,
  GetLayerVersionPolicyCommand,
  LambdaClient,
  ListLayersCommand,
  ListLayerVersionsCommand,
  PublishLayerVersionCommand,
} from "@aws-sdk/client-lambda";
import { zipSync } from "fflate";
import { beforeAll, describe, expect, test } from "vitest";
import { Stacks } from "../cloudformation/stacks.ts";
import { useLocalAws } from "../local-server.ts";
import { deployFunction, functionTemplate, MACHINE, upload, zip } from "./functions.ts";

const local = useLocalAws();
let client: LambdaClient;

beforeAll(() => {
  const { endpoint, region, credentials } = local();
  client = new LambdaClient({ endpoint, region, credentials, maxAttempts: 1 });
});

function publish(LayerName: string, ZipFile: Uint8Array, more: object = {}) {
  return client.send(new PublishLayerVersionCommand({ LayerName, Content: { ZipFile }, ...more }));
}

test("publishes versions, lists them, lets others use them and deletes them", async () => {
  const LayerName = "sqlite";
  const arn = `arn:aws:lambda:us-east-1:${local().context.accountId}:layer:sqlite`;
  const settings = {
    Description: "one",
    CompatibleRuntimes: ["nodejs24.x"],
    CompatibleArchitectures: ["arm64"],
    LicenseInfo: "Apache-2.0",
  };
  const first = await publish(LayerName, zip({ a: "1" }), settings);
  expect(first).toMatchObject({
    LayerArn: arn,
    LayerVersionArn: `${arn}:1`,
    Version: 1,
    ...settings,
  });
  await publish(LayerName, zip({ a: "2" }));
  const { LayerVersions } = await client.send(new ListLayerVersionsCommand({ LayerName }));
  expect(LayerVersions?.map(({ Version }) => Version)).toEqual([2, 1]);
  const { Layers } = await client.send(new ListLayersCommand({ CompatibleRuntime: "nodejs24.x" }));
  expect(Layers).toMatchObject([{ LayerName, LatestMatchingVersion: { Version: 1 } }]);

  const version = { LayerName, VersionNumber: 1 };
  const permission = {
    ...version,
    StatementId: "everyone",
    Action: "lambda:GetLayerVersion",
    Principal: "*",
  };
  await client.send(new AddLayerVersionPermissionCommand(permission));
  await expect(client.send(new AddLayerVersionPermissionCommand(permission))).rejects.toMatchObject(
    {
      name: "ResourceConflictException",
    },
  );
  const { Policy } = await client.send(new GetLayerVersionPolicyCommand(version));
  expect(JSON.parse(Policy ?? "")).toMatchObject({
    Statement: [{ Principal: "*", Resource: `${arn}:1` }],
  });

  const byArn = await client.send(new GetLayerVersionByArnCommand({ Arn: `${arn}:1` }));
  expect(byArn.Content?.CodeSha256).toBe(first.Content?.CodeSha256);
  for (const _time of ["once", "twice"]) await client.send(new DeleteLayerVersionCommand(version));
  await expect(client.send(new GetLayerVersionCommand(version))).rejects.toMatchObject({
    name: "ResourceNotFoundException",
  });
  await client.send(new DeleteLayerVersionCommand({ LayerName, VersionNumber: 2 }));
  expect((await publish(LayerName, zip({ a: "3" }))).Version).toBe(3);
});

describe("what cannot be a layer or a function:", () => {
  test("bytes that are no zip", async () => {
    await expect(publish("bad", Buffer.from("PK no zip"))).rejects.toThrow(
      "Could not unzip uploaded file. Please check your file, then try to upload again.",
    );
  });

  test("a zip that reaches out of its folder", async () => {
    await expect(publish("escaping", zip({ "../../escaped": "" }))).rejects.toThrow(
      "The zip contains a file outside of its folder: ../../escaped",
    );
  });

  test("a zip with more than 250 MB in it", async () => {
    const large = zipSync({ zeros: new Uint8Array(262_144_001) }, { level: 1 });
    await expect(publish("large", large)).rejects.toThrow(
      "Unzipped size must be smaller than 262144000 bytes",
    );
  });

  const code = "exports.handler = async () => 1;";

  test.each([
    [
      "a runtime that does not exist",
      { Runtime: "python3.9" },
      "Value python3.9 at 'runtime' failed to satisfy constraint",
    ],
    [
      "a runtime of the past",
      { Runtime: "nodejs20.x" },
      "Value nodejs20.x at 'runtime' failed to satisfy constraint",
    ],
    [
      "another CPU",
      { Architectures: [MACHINE === "arm64" ? "x86_64" : "arm64"] },
      "runs functions on this machine's own CPU",
    ],
    [
      "a layer that is not there",
      { Layers: ["arn:aws:lambda:us-east-1:000000000000:layer:x:1"] },
      "Layer version arn:aws:lambda:us-east-1:000000000000:layer:x:1 does not exist.",
    ],
    [
      "a variable that Lambda sets",
      { Environment: { Variables: { AWS_REGION: "x" } } },
      "Reserved keys used in this request: AWS_REGION",
    ],
    [
      "a role that Lambda cannot assume",
      { Role: "arn:aws:iam::000000000000:role/other" },
      "The role defined for the function cannot be assumed by Lambda.",
    ],
    [
      "code that is not there",
      { Code: { S3Bucket: "code", S3Key: "nowhere.zip" } },
      "S3 Error Code: NoSuchKey",
    ],
  ])("%s", async (what, properties, says) => {
    await upload(local(), "any.zip", zip({ "index.js": code }));
    const stacks = new Stacks(local());
    const name = what.replaceAll(" ", "-");
    const stack = await stacks.deploy(name, functionTemplate("any.zip", { code, properties }));
    expect(stack.StackStatus).toBe("ROLLBACK_COMPLETE");
    expect((await stacks.events(name)).join("\n")).toContain(says);
  });

  test("a layer for another CPU", async () => {
    const other = MACHINE === "arm64" ? "x86_64" : "arm64";
    const compatible = { CompatibleArchitectures: [other] };
    const { LayerVersionArn } = await publish("other-cpu", zip({ a: "1" }), compatible);
    const deploying = deployFunction(local(), "other-cpu", {
      code,
      properties: { Layers: [LayerVersionArn] },
    });
    await expect(deploying).rejects.toThrow(`is for ${other}, the function for ${MACHINE}.`);
  });
});
