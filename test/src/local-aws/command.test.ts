/** `dsl local` as a user types it. */
import { realpathSync } from "node:fs";
import { afterAll, expect, it } from "vitest";
import { stopLocalAws } from "../../../src/local-aws/control.ts";
import { runCli } from "../cli/run-cli.ts";
import { temporaryHome } from "./local-server.ts";

const home = realpathSync(temporaryHome());

afterAll(() => stopLocalAws(home));

function local(...args: string[]) {
  return runCli(["local", ...args], { env: { DSL_LOCAL_HOME: home } });
}

it("starts, is seen, stops, and says so each time", async () => {
  expect((await local("status")).stdout).toBe(
    `The local AWS is not running. Its state is in ${home}.`,
  );

  const started = await local("start");
  expect(started.exitCode).toBe(0);
  const endpoint = /http:\/\/127\.0\.0\.1:\d+/.exec(started.stdout)?.[0];
  expect(started.stdout).toContain(`export AWS_ENDPOINT_URL=${endpoint} AWS_REGION=us-east-1`);
  expect((await local("start")).stdout).toBe(started.stdout);

  const status = await local("status", "--json");
  expect(JSON.parse(status.stdout)).toMatchObject({ running: true, endpoint, home });

  expect(await local("stop")).toMatchObject({ exitCode: 0, stdout: "The local AWS has stopped." });
  expect(await local("stop")).toMatchObject({
    exitCode: 0,
    stdout: "The local AWS is not running.",
  });
});

it.each(["0", "70000", "http"])("refuses %s as a port", async (port) => {
  const { exitCode, stderr } = await local("start", "--port", port);
  expect(exitCode).toBe(2);
  expect(stderr).toContain("A port is a number from 1 to 65535");
});
