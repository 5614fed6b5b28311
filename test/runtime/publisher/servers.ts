/** S3 servers to publish to, each started for one test file. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { S3Client } from "@aws-sdk/client-s3";
import { afterAll, beforeAll } from "vitest";
import type { FaultSettings } from "../../../src/local-aws/common/faults.ts";
import { startLocalAws } from "../../../src/local-aws/local-aws.ts";
import { s3Client } from "./site.ts";

export interface S3Server {
  endpoint: string;
  stop(): Promise<void>;
}

/** An S3 server of a describe block, and a client of it. */
export interface UsedS3 {
  endpoint: string;
  client: S3Client;
}

/** Starts a server before the tests of a describe block, and stops it after them. */
export function useS3(start: () => Promise<S3Server>): () => UsedS3 {
  let server: S3Server;
  let client: S3Client;
  beforeAll(async () => {
    server = await start();
    client = await s3Client(server.endpoint);
  });
  afterAll(async () => {
    client.destroy();
    await server.stop();
  });
  return () => ({ endpoint: server.endpoint, client });
}

/** The local AWS, in a folder of its own. */
export async function startLocal(faults?: FaultSettings): Promise<S3Server> {
  const home = await mkdtemp(join(tmpdir(), "dsl-test-"));
  const local = await startLocalAws({ home, port: 0, secretAccessKey: "local", faults });
  return {
    endpoint: local.endpoint,
    stop: async () => {
      await local.close();
      await rm(home, { recursive: true, force: true });
    },
  };
}

/** moto (https://docs.getmoto.org): an S3 that nobody here wrote. */
export const hasMoto = spawnSync("moto_server", ["--help"]).status === 0;

export async function startMoto(): Promise<S3Server> {
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const server = spawn("moto_server", ["-H", "127.0.0.1", "-p", String(port)], { stdio: "ignore" });
  await untilItAnswers(endpoint, server);
  return {
    endpoint,
    stop: async () => {
      server.kill("SIGKILL");
      if (server.exitCode === null && server.signalCode === null) await once(server, "exit");
    },
  };
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, "close");
  return port;
}

async function untilItAnswers(endpoint: string, server: ChildProcess): Promise<void> {
  while (server.exitCode === null) {
    const answer = await fetch(endpoint).catch(() => null);
    if (answer !== null) return;
    await sleep(50);
  }
  throw new Error(`moto_server ended with exit code ${server.exitCode}`);
}
