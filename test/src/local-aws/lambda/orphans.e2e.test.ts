/** No environment outlives the local AWS, frozen or busy, however it ends. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { afterAll, expect, test } from "vitest";
import { REGION } from "../../../../src/local-aws/identity.ts";
import { startLocalAws } from "../../../../src/local-aws/local-aws.ts";
import { startDaemon } from "../daemon-process.ts";
import { deployFunction } from "./functions.ts";

const home = mkdtempSync(join(tmpdir(), "dsl-local-"));
afterAll(() => rmSync(home, { recursive: true, force: true }));

test.runIf(process.platform !== "win32").each(["SIGKILL", "SIGTERM"] as const)(
  "all are gone after %s",
  async (signal) => {
    const prepared = await startLocalAws({ home, port: 0, secretAccessKey: "local" });
    const FunctionName = await deployFunction(prepared, `orphans-${signal}`, {
      code: `const { writeFileSync } = require("node:fs");
        exports.handler = async ({ file, wait }) => {
          writeFileSync(file, String(process.pid));
          await new Promise((resolve) => setTimeout(resolve, wait));
        };`,
      properties: { Timeout: 60 },
    });
    await prepared.close();

    const daemon = await startDaemon(home);
    const client = new LambdaClient({
      endpoint: daemon.endpoint,
      region: REGION,
      credentials: daemon.credentials,
      maxAttempts: 1,
    });
    const frozenFile = join(home, `frozen-${signal}`);
    const busyFile = join(home, `busy-${signal}`);
    const invoke = (file: string, wait: number) =>
      client.send(new InvokeCommand({ FunctionName, Payload: JSON.stringify({ file, wait }) }));
    const busy = invoke(busyFile, 60_000).catch(() => "the server ends");
    while (!existsSync(busyFile)) await pause();
    await invoke(frozenFile, 0);
    const pids = [frozenFile, busyFile].map((file) => Number(readFileSync(file, "utf8")));
    expect(pids.map(isRunning)).toEqual([true, true]);

    await daemon.end(signal);
    await busy;
    while (pids.some(isRunning)) await pause();

    const restarted = await startLocalAws({ home, port: 0, secretAccessKey: "local" });
    expect(readdirSync(join(home, "lambda"))).not.toContain("environments");
    await restarted.close();
  },
);

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 20));
}
