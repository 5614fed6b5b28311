/** The same contract, held against moto where it is installed: https://docs.getmoto.org */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe } from "vitest";
import { isOnPath } from "./on-path.ts";
import { s3Contract } from "./s3-contract.ts";

describe.runIf(isOnPath("moto_server"))("with moto on the PATH", () => {
  let moto: ChildProcess;
  let endpoint: string;

  beforeAll(async () => {
    const port = await freePort();
    endpoint = `http://127.0.0.1:${port}`;
    moto = spawn("moto_server", ["-H", "127.0.0.1", "-p", String(port)], {
      stdio: "ignore",
      // A group of its own, because moto_server may be a shell script that starts the server.
      detached: true,
    });
    while (!(await answers(endpoint))) {
      if (moto.exitCode !== null) throw new Error(`moto_server ended with ${moto.exitCode}`);
      await sleep(100);
    }
  });

  afterAll(async () => {
    const ended = once(moto, "exit");
    process.kill(-moto.pid!, "SIGKILL");
    await ended;
  });

  s3Contract("moto", () => endpoint);
});

async function answers(endpoint: string): Promise<boolean> {
  return fetch(`${endpoint}/moto-api/data.json`).then(
    (response) => response.ok,
    () => false,
  );
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, "close");
  return port;
}
