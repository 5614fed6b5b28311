/** What becomes of functions that throw, hang, fill their disk or are killed. */
import { LambdaClient } from "@aws-sdk/client-lambda";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { useLocalAws } from "../local-server.ts";
import { deployFunction, invokeFunction } from "./functions.ts";

const local = useLocalAws();
let client: LambdaClient;

beforeAll(() => {
  const { endpoint, region, credentials } = local();
  client = new LambdaClient({ endpoint, region, credentials, maxAttempts: 1 });
});

afterEach(() => local().context.faults.set({ rules: [] }));

const invoke = (name: string, event?: unknown) => invokeFunction(client, name, event);

describe("a function that fails", () => {
  test("answers with its error, and lives on", async () => {
    const name = await deployFunction(local(), "throwing", {
      code: `exports.handler = async () => { throw new TypeError("not " + process.pid); };`,
    });
    const first = await invoke(name);
    expect(first).toMatchObject({
      error: "Unhandled",
      result: { errorType: "TypeError", errorMessage: expect.stringMatching(/^not \d+$/) },
    });
    expect(first.log).toMatch(/ERROR\tInvoke Error \t\{"errorType":"TypeError"/);
    expect((await invoke(name)).result.errorMessage).toBe(first.result.errorMessage);
  });

  test("is ended after its timeout", async () => {
    const name = await deployFunction(local(), "slow", {
      code: "exports.handler = () => new Promise(() => setInterval(() => {}, 1000));",
      properties: { Timeout: 1 },
    });
    const { result, log } = await invoke(name);
    expect(result.errorType).toBe("Sandbox.Timedout");
    expect(result.errorMessage).toMatch(
      /^RequestId: \S+ Error: Task timed out after 1.00 seconds$/,
    );
    expect(log).toMatch(/\S+ \S+ Task timed out after 1.00 seconds\nEND RequestId/);
  });

  test.each([
    ["exits", "process.exit(3)", /Runtime exited with error: exit status 3$/],
    [
      "fills its heap",
      "for (const all = []; ; ) all.push(Array(1000).fill(crash));",
      /Runtime exited with error: signal: aborted$/,
    ],
    [
      "is killed",
      `process.kill(process.pid, "SIGKILL")`,
      /Runtime exited with error: signal: killed$/,
    ],
  ])("and %s is started again for the next request", async (what, code, message) => {
    const name = await deployFunction(local(), `crash-${what.replaceAll(" ", "-")}`, {
      code: `exports.handler = async ({ crash }) => { if (crash) { ${code} } return "fine"; };`,
      properties: { Timeout: 60 },
    });
    expect((await invoke(name, { crash: false })).result).toBe("fine");
    const { result, error } = await invoke(name, { crash: true });
    expect(error).toBe("Unhandled");
    expect(result).toMatchObject({ errorType: "Runtime.ExitError" });
    expect(result.errorMessage).toMatch(message);
    expect((await invoke(name, { crash: false })).result).toBe("fine");
  });

  test("leaves its temporary folder to the next environment, as Lambda does", async () => {
    const name = await deployFunction(local(), "leaving", {
      code: `const { readdirSync, writeFileSync } = require("node:fs");
        const { tmpdir } = require("node:os");
        exports.handler = async ({ crash }) => {
          const found = readdirSync(tmpdir());
          writeFileSync(tmpdir() + "/half", "");
          if (crash) process.exit(1);
          return found;
        };`,
    });
    await invoke(name, { crash: true });
    expect((await invoke(name, { crash: false })).result).toEqual(["half"]);
  });

  test("in the background ends the environment", async () => {
    const name = await deployFunction(local(), "background", {
      code: `exports.handler = () => new Promise(() => {
        setTimeout(() => { throw new RangeError("later"); }, 10);
      });`,
    });
    expect((await invoke(name)).result).toMatchObject({
      errorType: "RangeError",
      errorMessage: "later",
    });
  });

  test("says too much", async () => {
    const name = await deployFunction(local(), "large", {
      code: `exports.handler = async ({ size }) => "x".repeat(size);`,
    });
    expect((await invoke(name, { size: 6_000_000 })).result).toHaveLength(6_000_000);
    expect((await invoke(name, { size: 6_300_000 })).result).toEqual({
      errorType: "Function.ResponseSizeTooLarge",
      errorMessage: "Response payload size exceeded maximum allowed payload size (6291556 bytes).",
    });
  });

  test("fills its temporary folder", async () => {
    const name = await deployFunction(local(), "full", {
      code: `const { truncateSync, writeFileSync } = require("node:fs");
        const { tmpdir } = require("node:os");
        exports.handler = async ({ megabytes }) => {
          writeFileSync(tmpdir() + "/file", "");
          truncateSync(tmpdir() + "/file", megabytes * 1024 * 1024);
          return "fine";
        };`,
    });
    expect((await invoke(name, { megabytes: 500 })).result).toBe("fine");
    expect((await invoke(name, { megabytes: 600 })).result.errorMessage).toContain("ENOSPC");
    expect((await invoke(name, { megabytes: 1 })).result).toBe("fine");
  });

  test.each<
    [what: string, files: Record<string, string>, handler: string, type: string, says: string]
  >([
    [
      "no file",
      { "other.js": "" },
      "index.handler",
      "Runtime.ImportModuleError",
      "Cannot find module 'index'",
    ],
    [
      "no export",
      { "index.js": "" },
      "index.handler",
      "Runtime.HandlerNotFound",
      "index.handler is undefined or not exported",
    ],
    [
      "a syntax error",
      { "index.js": "exports.handler = (" },
      "index.handler",
      "Runtime.UserCodeSyntaxError",
      "Unexpected",
    ],
    [
      "a missing module",
      { "index.js": `require("nowhere")` },
      "index.handler",
      "Runtime.ImportModuleError",
      "Cannot find module 'nowhere'",
    ],
    [
      "a callback",
      { "index.js": "exports.handler = (event, context, callback) => callback()" },
      "index.handler",
      "Runtime.CallbackHandlerDeprecated",
      "callback",
    ],
    [
      "an error of its own",
      { "index.js": `throw new RangeError("at once")` },
      "index.handler",
      "RangeError",
      "at once",
    ],
  ])("to start because of %s", async (what, files, Handler, errorType, says) => {
    const name = await deployFunction(local(), `init-${what.replaceAll(" ", "-")}`, {
      code: files,
      properties: { Handler },
    });
    const { result, error } = await invoke(name);
    expect(error).toBe("Unhandled");
    expect(result.errorType).toBe(errorType);
    expect(result.errorMessage).toContain(says);
  });

  test("because a fault rule kills its environment in the middle of a request", async () => {
    const name = await deployFunction(local(), "killed", {
      code: `exports.handler = () => new Promise((resolve) => setTimeout(() => resolve("done"), 200));`,
    });
    local().context.faults.set({
      rules: [{ service: "lambda", operation: "Execute", kind: "kill", count: 1 }],
    });
    expect((await invoke(name)).result.errorType).toBe("Runtime.ExitError");
    expect((await invoke(name)).result).toBe("done");
    local().context.faults.set({
      rules: [{ service: "lambda", operation: "Execute", kind: "lost", count: 1 }],
    });
    expect((await invoke(name)).result.errorType).toBe("Runtime.ExitError");
    expect((await invoke(name)).result).toBe("done");
  });
});
