/** Functions that run in environments of their own. */
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import {
  GetFunctionCommand,
  InvokeCommand,
  LambdaClient,
  ListFunctionsCommand,
} from "@aws-sdk/client-lambda";
import { beforeAll, describe, expect, test } from "vitest";
import { temporaryHome, useLocalAws } from "../local-server.ts";
import { deployFunction, invokeFunction, MACHINE, zip } from "./functions.ts";

const local = useLocalAws();
const folder = temporaryHome();
let client: LambdaClient;

beforeAll(() => {
  const { endpoint, region, credentials } = local();
  client = new LambdaClient({ endpoint, region, credentials, maxAttempts: 1 });
});

const invoke = (name: string, event?: unknown) => invokeFunction(client, name, event);

/** `T` is how ps shows a process that has been stopped, on Linux and macOS. */
function isStopped(pid: number): boolean {
  const state = execFileSync("ps", ["-o", "stat=", "-p", String(pid)], { encoding: "utf8" });
  return state.startsWith("T");
}

/** Signs as an SDK does, which a function of a test has not. */
const SIGNER = `
  const { createHash, createHmac } = require("node:crypto");
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = process.env;
  const hmac = (key, text) => createHmac("sha256", key).update(text).digest();
  function signed(method, url) {
    const now = new Date().toISOString().replace(/[-:]|\\.\\d+/g, "");
    const headers = {
      host: url.host,
      "x-amz-content-sha256": "UNSIGNED-PAYLOAD",
      "x-amz-date": now,
      "x-amz-security-token": AWS_SESSION_TOKEN,
    };
    const names = Object.keys(headers).join(";");
    const lines = Object.entries(headers).map(([name, value]) => name + ":" + value);
    const canonical = [method, url.pathname, "", ...lines, "", names, "UNSIGNED-PAYLOAD"].join("\\n");
    const scope = now.slice(0, 8) + "/us-east-1/s3/aws4_request";
    const key = scope.split("/").reduce(hmac, "AWS4" + AWS_SECRET_ACCESS_KEY);
    const digest = createHash("sha256").update(canonical).digest("hex");
    const text = ["AWS4-HMAC-SHA256", headers["x-amz-date"], scope, digest].join("\\n");
    const signature = hmac(key, text).toString("hex");
    const authorization = "AWS4-HMAC-SHA256 Credential=" + AWS_ACCESS_KEY_ID + "/" + scope +
      ", SignedHeaders=" + names + ", Signature=" + signature;
    return { ...headers, authorization };
  }
`;

describe("an environment", () => {
  test("has Lambda's variables and no others", async () => {
    process.env.DSL_TEST_SECRET = "of the server";
    const name = await deployFunction(local(), "variables", {
      code: "exports.handler = async () => process.env;",
      properties: { MemorySize: 256, Environment: { Variables: { OWN: "value" } } },
    });
    delete process.env.DSL_TEST_SECRET;
    const { result } = await invoke(name);
    expect(result).toMatchObject({
      OWN: "value",
      AWS_LAMBDA_FUNCTION_NAME: name,
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: "256",
      AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${name}`,
      AWS_REGION: local().region,
      AWS_ENDPOINT_URL: local().endpoint,
      AWS_ACCESS_KEY_ID: expect.stringMatching(/^ASIA/),
      _HANDLER: "index.handler",
      TZ: ":UTC",
    });
    const names = Object.keys(result).filter((variable) => !/^_?(AWS|LAMBDA)_/.test(variable));
    expect(names.sort()).toEqual(
      ["LANG", "NODE_PATH", "OWN", "PATH", "TMPDIR", "TZ", "_HANDLER", "_X_AMZN_TRACE_ID"].sort(),
    );
  });

  test("is told about its request", async () => {
    const name = await deployFunction(local(), "context", {
      code: `exports.handler = async (event, context) =>
        ({ event, context, left: context.getRemainingTimeInMillis() });`,
    });
    const { result, log } = await invoke(name, { a: [1] });
    expect(result.event).toEqual({ a: [1] });
    expect(result.context).toMatchObject({ functionName: name, functionVersion: "$LATEST" });
    expect(log).toContain(`START RequestId: ${result.context.awsRequestId} Version: $LATEST`);
    expect(result.left).toBeGreaterThan(0);
  });

  test("is used again, and frozen between requests", async () => {
    const file = join(folder, "ticks");
    const name = await deployFunction(local(), "frozen", {
      code: `const { writeFileSync } = require("node:fs");
        let ticks = 0;
        setInterval(() => writeFileSync(${JSON.stringify(file)}, String(ticks++)), 1);
        exports.handler = async () => {
          await new Promise((resolve) => setTimeout(resolve, 50));
          return { pid: process.pid, ticks };
        };`,
    });
    const { pid } = (await invoke(name)).result;
    while (!isStopped(pid)) await sleep(10);
    const ticks = readFileSync(file, "utf8");
    await sleep(200);
    expect(readFileSync(file, "utf8")).toBe(ticks);
    const again = (await invoke(name)).result;
    expect(again.pid).toBe(pid);
    expect(again.ticks).toBeGreaterThan(Number(ticks));
  });

  test("answers one request at a time; more requests get more environments", async () => {
    const name = await deployFunction(local(), "concurrent", {
      code: `const { readdirSync, writeFileSync } = require("node:fs");
        let running = 0;
        exports.handler = async ({ folder }) => {
          running += 1;
          writeFileSync(folder + "/" + process.pid, "");
          while (readdirSync(folder).length < 3) await new Promise((go) => setTimeout(go, 10));
          return { pid: process.pid, together: running-- };
        };`,
      properties: { Timeout: 60 },
    });
    const together = join(folder, "together");
    mkdirSync(together);
    const results = await Promise.all([1, 2, 3].map(() => invoke(name, { folder: together })));
    expect(new Set(results.map(({ result }) => result.pid)).size).toBe(3);
    expect(results.map(({ result }) => result.together)).toEqual([1, 1, 1]);
  });

  test("has as much room for objects as Lambda gives it, old ones and new ones", async () => {
    const name = await deployFunction(local(), "small", {
      code: "exports.handler = async () => process.execArgv;",
      properties: { MemorySize: 128 },
    });
    expect((await invoke(name)).result).toEqual([
      "--max-old-space-size=115",
      "--max-semi-space-size=6",
    ]);
  });

  test("is refused when the function's concurrency is used up", async () => {
    const name = await deployFunction(local(), "limited", {
      code: "exports.handler = () => new Promise((resolve) => setTimeout(resolve, 1500));",
      properties: { ReservedConcurrentExecutions: 1 },
    });
    const outcomes = await Promise.allSettled([invoke(name), invoke(name)]);
    const refused = outcomes.filter((outcome) => outcome.status === "rejected");
    expect(refused.map(({ reason }) => reason)).toMatchObject([
      { name: "TooManyRequestsException", $metadata: { httpStatusCode: 429 } },
    ]);
  });

  test("is replaced when the code changes", async () => {
    const code = (version: number) => `exports.handler = async () => ${version};`;
    const name = await deployFunction(local(), "changing", { code: code(1) });
    expect((await invoke(name)).result).toBe(1);
    await deployFunction(local(), "changing", { code: code(2) });
    expect((await invoke(name)).result).toBe(2);
  });

  test("finds the modules of its layers, later ones first", async () => {
    const { buckets, objects } = local().context;
    if (buckets.find("code") === undefined) buckets.create("code", local().region);
    for (const [key, value] of [
      ["first", 1],
      ["second", 2],
    ] as const) {
      const files = {
        "nodejs/node_modules/both/index.js": `module.exports = ${value};`,
        [`nodejs/node_modules/only-${key}/index.js`]: `module.exports = ${value};`,
      };
      await objects.write("code", `${key}.zip`, zip(files));
    }
    const { PublishLayerVersionCommand } = await import("@aws-sdk/client-lambda");
    const publish = async (key: string) => {
      const Content = { S3Bucket: "code", S3Key: `${key}.zip` };
      const request = new PublishLayerVersionCommand({ LayerName: key, Content });
      return (await client.send(request)).LayerVersionArn;
    };
    const name = await deployFunction(local(), "layers", {
      code: `exports.handler = async () =>
        [require("both"), require("only-first"), require("only-second")];`,
      properties: { Layers: [await publish("first"), await publish("second")] },
    });
    expect((await invoke(name)).result).toEqual([2, 1, 2]);
  });

  test("may do in S3 what its role allows, and nothing else", async () => {
    const { objects } = local().context;
    const name = await deployFunction(local(), "allowed", {
      code: `${SIGNER}
        exports.handler = async ({ method, key }) => {
          const url = new URL(process.env.AWS_ENDPOINT_URL + "/code/" + key);
          return (await fetch(url, { method, headers: signed(method, url) })).status;
        };`,
      statements: [
        { Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::code/public/*" },
      ],
    });
    await objects.write("code", "public/a", Buffer.from("a"));
    await objects.write("code", "private/a", Buffer.from("a"));
    const status = async (method: string, key: string) =>
      (await invoke(name, { method, key })).result;
    expect(await status("GET", "public/a")).toBe(200);
    expect(await status("GET", "private/a")).toBe(403);
    expect(await status("PUT", "public/a")).toBe(403);
    // Without s3:ListBucket nobody learns that a key does not exist.
    expect(await status("GET", "public/missing")).toBe(403);
  });
});

test("loads ES modules", async () => {
  const name = await deployFunction(local(), "module", {
    code: { "lib/main.mjs": "export const run = async () => import.meta.url;" },
    properties: { Handler: "lib/main.run" },
  });
  expect((await invoke(name)).result).toMatch(/\/lib\/main\.mjs$/);
});

test("writes what a function prints to its log, with START, END and REPORT", async () => {
  const name = await deployFunction(local(), "printing", {
    code: `exports.handler = async () => {
      console.log("to %s", "stdout");
      console.error(new Error("two lines").message + "\\nof it");
      process.stdout.write("raw\\n");
      process.stderr.write("no line end");
    };`,
    properties: { MemorySize: 128 },
    statements: [
      {
        Effect: "Allow",
        Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
        Resource: "arn:aws:logs:*:log-group:/aws/lambda/printing-*",
      },
    ],
  });
  const { log } = await invoke(name);
  const { logs } = local().context;
  const lines = logs
    .events(local().region, `/aws/lambda/${name}`, { limit: 100 })
    .map(({ message }) => message);
  expect(
    lines.map((line) => line.replaceAll(/[0-9a-f-]{36}/g, "ID").replace(/^\d{4}-\S+Z/, "TIME")),
  ).toEqual([
    "INIT_START Runtime Version: nodejs24.local\n",
    "START RequestId: ID Version: $LATEST\n",
    ...[
      "TIME\tID\tINFO\tto stdout\n",
      "TIME\tID\tERROR\ttwo lines\rof it\n",
      "raw\n",
      "no line end\n",
    ],
    "END RequestId: ID\n",
    expect.stringMatching(
      /^REPORT RequestId: ID\tDuration: [\d.]+ ms\tBilled Duration: \d+ ms\tMemory Size: 128 MB\tMax Memory Used: \d+ MB\tInit Duration: [\d.]+ ms\n$/,
    ),
  ]);
  expect(log).toContain("to stdout");
});

test("keeps no log when the function's role may not write it", async () => {
  const name = await deployFunction(local(), "silent", {
    code: `exports.handler = async () => console.log("heard by the caller alone");`,
  });
  expect((await invoke(name)).log).toContain("heard by the caller alone");
  expect(local().context.logs.findGroup(local().region, `/aws/lambda/${name}`)).toBeUndefined();
});

test("refuses events that are no JSON or too large", async () => {
  const name = await deployFunction(local(), "strict", {
    code: "exports.handler = async () => 1;",
  });
  const send = (Payload: string) => client.send(new InvokeCommand({ FunctionName: name, Payload }));
  await expect(send("{")).rejects.toMatchObject({ name: "InvalidRequestContentException" });
  await expect(send(JSON.stringify("x".repeat(6_300_000)))).rejects.toMatchObject({
    name: "RequestTooLargeException",
  });
});

test("tells about its functions", async () => {
  const name = await deployFunction(local(), "described", {
    code: "exports.handler = async () => 1;",
    properties: { Description: "one", Timeout: 7 },
  });
  const { Configuration } = await client.send(new GetFunctionCommand({ FunctionName: name }));
  expect(Configuration).toMatchObject({
    FunctionName: name,
    Description: "one",
    Timeout: 7,
    MemorySize: 128,
    Runtime: "nodejs24.x",
    Architectures: [MACHINE],
    State: "Active",
  });
  const { Functions } = await client.send(new ListFunctionsCommand({}));
  expect(Functions?.map(({ FunctionName }) => FunctionName)).toContain(name);
  await expect(
    client.send(new GetFunctionCommand({ FunctionName: "nobody" })),
  ).rejects.toMatchObject({
    name: "ResourceNotFoundException",
  });
});
