/** HTTP APIs over HTTP. */
import { request } from "node:http";
import { AwsClient } from "aws4fetch";
import { afterEach, expect, test } from "vitest";
import { outputsOf, Stacks } from "../cloudformation/stacks.ts";
import { functionTemplate, upload, zip } from "../lambda/functions.ts";
import { useLocalAws } from "../local-server.ts";

const local = useLocalAws();

afterEach(() => local().context.faults.set({ rules: [] }));

/** An API in front of a function; gives its URL. */
async function deployApi(
  name: string,
  code: string,
  { without = [] as string[], integration = {}, routeKey = "$default", properties = {} } = {},
): Promise<string> {
  await upload(local(), `${name}.zip`, zip({ "index.js": code }));
  const { Resources } = functionTemplate(`${name}.zip`, { code, properties });
  const ApiId = { Ref: "Api" };
  const all = {
    ...Resources,
    Api: { Type: "AWS::ApiGatewayV2::Api", Properties: { Name: name, ProtocolType: "HTTP" } },
    Integration: {
      Type: "AWS::ApiGatewayV2::Integration",
      Properties: {
        ApiId,
        IntegrationType: "AWS_PROXY",
        IntegrationUri: { "Fn::GetAtt": ["Function", "Arn"] },
        PayloadFormatVersion: "2.0",
        ...integration,
      },
    },
    Route: {
      Type: "AWS::ApiGatewayV2::Route",
      Properties: {
        ApiId,
        RouteKey: routeKey,
        Target: { "Fn::Sub": "integrations/${Integration}" },
      },
    },
    Stage: {
      Type: "AWS::ApiGatewayV2::Stage",
      Properties: { ApiId, StageName: "$default", AutoDeploy: true },
    },
    Permission: {
      Type: "AWS::Lambda::Permission",
      Properties: {
        FunctionName: { Ref: "Function" },
        Action: "lambda:InvokeFunction",
        Principal: "apigateway.amazonaws.com",
        SourceArn: { "Fn::Sub": "arn:aws:execute-api:${AWS::Region}:${AWS::AccountId}:${Api}/*" },
      },
    },
  };
  const chosen = Object.entries(all).filter(([logicalId]) => !without.includes(logicalId));
  const stacks = new Stacks(local());
  const stack = await stacks.deploy(name, {
    Resources: Object.fromEntries(chosen),
    Outputs: { Url: { Value: { "Fn::GetAtt": ["Api", "ApiEndpoint"] } } },
  });
  if (stack.StackStatus !== "CREATE_COMPLETE")
    throw new Error((await stacks.events(name)).join("\n"));
  return outputsOf(stack).Url ?? "";
}

const ECHO = `exports.handler = async (event) => ({
  statusCode: 200,
  headers: { "content-type": "application/json" },
  cookies: ["a=1", "b=2"],
  body: JSON.stringify(event),
});`;

test("answers with what the function returns", async () => {
  const url = await deployApi("echo", ECHO);
  const response = await fetch(`${url}/a/b?x=1`, {
    method: "POST",
    headers: { cookie: "c=3", "content-type": "application/json" },
    body: '{"n":1}',
  });
  expect(response.status).toBe(200);
  expect(response.headers.get("content-type")).toBe("application/json");
  expect(response.headers.getSetCookie()).toEqual(["a=1", "b=2"]);
  expect(response.headers.has("apigw-requestid")).toBe(true);
  expect(await response.json()).toMatchObject({
    rawPath: "/a/b",
    rawQueryString: "x=1",
    cookies: ["c=3"],
    body: '{"n":1}',
    requestContext: { http: { method: "POST" } },
  });
});

test("answers to names of this machine only: a web page can make another name mean it", async () => {
  const { port } = new URL(await deployApi("names", ECHO));
  const statusFor = (host: string) =>
    new Promise((resolve, reject) => {
      request({ host: "127.0.0.1", port, headers: { host } }, (response) => {
        resolve(response.resume().statusCode);
      })
        .once("error", reject)
        .end();
    });
  expect(await statusFor(`evil.example:${port}`)).toBe(403);
  expect(await statusFor(`localhost:${port}`)).toBe(200);
  expect(await statusFor(`shop.localhost:${port}`)).toBe(200);
});

test("answers HEAD with the headers alone", async () => {
  const url = await deployApi(
    "head",
    `exports.handler = async ({ requestContext: { http } }) =>
    ({ statusCode: 200, headers: { "x-method": http.method }, body: "body" });`,
  );
  const response = await fetch(url, { method: "HEAD" });
  expect(response.headers.get("x-method")).toBe("HEAD");
  expect(response.headers.get("content-length")).toBe("4");
  expect(await response.text()).toBe("");
});

test("answers 500 when the function fails, is missing, or may not be invoked", async () => {
  const failing = await deployApi(
    "failing",
    "exports.handler = async () => { throw new Error(); };",
  );
  const malformed = await deployApi(
    "malformed",
    "exports.handler = async () => ({ statusCode: 1 });",
  );
  const forbidden = await deployApi("forbidden", ECHO, { without: ["Permission"] });
  const arn = `arn:aws:lambda:us-east-1:${local().context.accountId}:function:nobody`;
  const missing = await deployApi("missing", ECHO, { integration: { IntegrationUri: arn } });
  for (const url of [failing, malformed, forbidden, missing]) {
    const response = await fetch(url);
    expect(response.status).toBe(500);
    expect(await response.json()).toEqual({ message: "Internal Server Error" });
  }
});

test("answers 404 where no route fits, or nothing is deployed", async () => {
  const routed = await deployApi("routed", ECHO, { routeKey: "GET /items/{id}" });
  expect((await fetch(`${routed}/items/1`)).status).toBe(200);
  const unstaged = await deployApi("unstaged", ECHO, { without: ["Stage"] });
  for (const url of [`${routed}/other`, unstaged]) {
    const response = await fetch(url);
    expect(response.status).toBe(404);
    expect(await response.json()).toEqual({ message: "Not Found" });
  }
});

test("gives up after the integration's timeout, and when the function is throttled", async () => {
  const slow = "exports.handler = () => new Promise((resolve) => setTimeout(resolve, 1000));";
  const timeout = await deployApi("timeout", slow, { integration: { TimeoutInMillis: 100 } });
  const throttled = await deployApi("throttled", ECHO, {
    properties: { ReservedConcurrentExecutions: 0 },
  });
  for (const url of [timeout, throttled]) {
    const response = await fetch(url);
    expect(response.status).toBe(503);
    expect(await response.json()).toEqual({ message: "Service Unavailable" });
  }
});

test("refuses bodies above 10 MB", async () => {
  const url = await deployApi("large", ECHO);
  const response = await fetch(url, { method: "POST", body: Buffer.alloc(10 * 1024 * 1024 + 1) });
  expect(response.status).toBe(413);
  expect(await response.json()).toEqual({ message: "Request Entity Too Large" });
});

test("refuses a path that is not valid", async () => {
  const url = new URL(await deployApi("invalid", ECHO));
  const status = await new Promise((resolve) => {
    request({ host: url.hostname, port: url.port, path: "/%E0%A4%A" }, (response) => {
      response.resume();
      resolve(response.statusCode);
    }).end();
  });
  expect(status).toBe(400);
});

test("shows its APIs", async () => {
  const endpoint = await deployApi("shown", ECHO);
  const client = new AwsClient({
    ...local().credentials,
    service: "apigateway",
    region: "us-east-1",
  });
  const response = await client.fetch(`${local().endpoint}/v2/apis`);
  const { items } = (await response.json()) as { items: { name: string }[] };
  expect(items.find(({ name }) => name === "shown")).toMatchObject({ apiEndpoint: endpoint });
});
