/** `dsl local` as a user types it. */
import { spawn } from "node:child_process";
import { realpathSync } from "node:fs";
import { afterAll, expect, test, vi } from "vitest";
import { stopLocalAws } from "../../../src/local-aws/control.ts";
import { runCli } from "../cli/run-cli.ts";
import { temporaryHome } from "./local-server.ts";

const home = realpathSync(temporaryHome());

afterAll(() => stopLocalAws(home));

function local(...args: string[]) {
  return runCli(["local", ...args], { env: { DSL_LOCAL_HOME: home } });
}

test("starts, is seen, stops, and says so each time", async () => {
  expect((await local("status")).stdout).toBe(
    `The local AWS is not running. Its state is in ${home}.`,
  );

  const started = await local("start");
  expect(started.exitCode).toBe(0);
  const endpoint = /http:\/\/127\.0\.0\.1:\d+/.exec(started.stdout)?.[0];
  expect(started.stdout).toContain(`export AWS_ENDPOINT_URL=${endpoint} AWS_REGION=us-east-1`);
  expect((await local("start")).stdout).toBe(started.stdout);

  const other = await local("start", "--port", "45901");
  expect(other.stderr).toBe(
    "Warning: It runs already, so --port 45901 has no effect before dsl local stop",
  );

  const status = await local("status", "--json");
  expect(JSON.parse(status.stdout)).toMatchObject({ running: true, endpoint, home });

  expect(await local("stop")).toMatchObject({ exitCode: 0, stdout: "The local AWS has stopped." });
  expect(await local("stop")).toMatchObject({
    exitCode: 0,
    stdout: "The local AWS is not running.",
  });
});

test.each(["0", "70000", "http"])("refuses %s as a port", async (port) => {
  const { exitCode, stderr } = await local("start", "--port", port);
  expect(exitCode).toBe(2);
  expect(stderr).toContain("It must be a whole number from 1 to 65535.");
});

test("ends with the process that it was started for, however that ends", async () => {
  const owner = spawn("sleep", ["600"], { stdio: "ignore" });
  const started = await runCli(["local", "start"], {
    env: { DSL_LOCAL_HOME: home, DSL_LOCAL_OWNER: String(owner.pid) },
  });
  expect(started.exitCode).toBe(0);
  owner.kill("SIGKILL");
  await vi.waitFor(
    async () => expect((await local("status")).stdout).toContain("The local AWS is not running."),
    { timeout: 60_000, interval: 200 },
  );
});
