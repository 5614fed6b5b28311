/** The detached server: started, found, killed and stopped as commands do it. */
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { existsSync, readdirSync, realpathSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import {
  ensureLocalAws,
  type LocalAws,
  localAwsStatus,
  stopLocalAws,
} from "../../../src/local-aws/control.ts";
import { startLocalAws } from "../../../src/local-aws/local-aws.ts";
import { forgetServer, keepPort, lockHome, recordServer } from "../../../src/local-aws/state.ts";
import { VERSION } from "../../../src/version.ts";
import { temporaryHome } from "./local-server.ts";
import { s3Client } from "./s3-bucket.ts";

/** Several servers may be started in one test; this gives each of them a free port of its own. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

async function waitUntilFree(home: string): Promise<void> {
  while (true) {
    const lock = lockHome(home, 0);
    lock?.release();
    if (lock) return;
    await sleep(20);
  }
}

describe("the detached server", () => {
  const home = realpathSync(temporaryHome());
  let port: number;

  beforeEach(async () => {
    port = await freePort();
  });

  afterEach(() => stopLocalAws(home));

  async function kill({ pid }: LocalAws): Promise<void> {
    process.kill(pid, "SIGKILL");
    await waitUntilFree(home);
  }

  test("is started once and found from then on", async () => {
    expect(await localAwsStatus(home)).toBeUndefined();
    const first = await ensureLocalAws({ home, port });
    expect(first).toMatchObject({ endpoint: `http://127.0.0.1:${port}`, home });
    expect(await ensureLocalAws({ home })).toEqual(first);
    expect(await localAwsStatus(home)).toEqual(first);
  });

  test("is one for all who start it at the same moment", async () => {
    const all = await Promise.all(Array.from({ length: 3 }, () => ensureLocalAws({ home, port })));
    expect(new Set(all.map(({ pid }) => pid)).size).toBe(1);
  });

  test("stops when it is told to, and not twice", async () => {
    const { pid } = await ensureLocalAws({ home, port });
    expect(await stopLocalAws(home)).toBe(true);
    expect(await localAwsStatus(home)).toBeUndefined();
    expect(await stopLocalAws(home)).toBe(false);
    await vi.waitFor(() => expect(() => process.kill(pid, 0)).toThrow("ESRCH"), 30_000);
  });

  test("is not found after it was killed, and starts again where it was", async () => {
    const killed = await ensureLocalAws({ home, port });
    await kill(killed);
    expect(await localAwsStatus(home)).toBeUndefined();
    const again = await ensureLocalAws({ home });
    expect(again.endpoint).toBe(killed.endpoint);
    expect(again.pid).not.toBe(killed.pid);
  });

  test("keeps every object that it confirmed, and no half one, when it is killed", async () => {
    const confirmed = new Map<string, string>();
    for (let round = 0; round < 4; round++) {
      const local = await ensureLocalAws({ home, port });
      const s3 = s3Client(local.endpoint, local.credentials);
      await s3.send(new CreateBucketCommand({ Bucket: "killed" }));
      const writers = Array.from({ length: 4 }, async (_, writer) => {
        for (let n = 0; ; n++) {
          const Body = randomBytes(200_000);
          const Key = `${writer}/${n % 5}`;
          // Until the answer is here, the key may have the old body or the new one.
          confirmed.delete(Key);
          await s3.send(new PutObjectCommand({ Bucket: "killed", Key, Body }));
          confirmed.set(Key, md5(Body));
        }
      });
      await sleep(100 + Math.random() * 200);
      process.kill(local.pid, "SIGKILL");
      await Promise.allSettled(writers);
      await waitUntilFree(home);
      s3.destroy();
    }

    const { endpoint, credentials } = await ensureLocalAws({ home, port });
    const s3 = s3Client(endpoint, credentials);
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: "killed" }));
    const found = new Map<string, string>();
    for (const { Key, ETag } of Contents) {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: "killed", Key }));
      const digest = md5(await Body!.transformToByteArray());
      expect(ETag).toBe(`"${digest}"`);
      found.set(Key!, digest);
    }
    s3.destroy();
    expect(confirmed.size).toBeGreaterThan(0);
    for (const [key, digest] of confirmed) expect(found.get(key)).toBe(digest);
    expect(readdirSync(join(home, "s3", "incoming"))).toEqual([]);
    const bodies = readdirSync(join(home, "s3", "bodies"), {
      recursive: true,
      withFileTypes: true,
    });
    expect(bodies.filter((entry) => entry.isFile())).toHaveLength(Contents.length);
  });

  test("gives way to one of this version when it is of another", async () => {
    const old = await ensureLocalAws({ home, port });
    await stopLocalAws(home);
    const health = { home, pid: old.pid, region: "us-east-1", software: "0.0.0" };
    const lock = lockHome(home, 0);
    const server = createServer((request, response) => {
      response.end(JSON.stringify(health));
      if (request.url !== "/_local/stop") return;
      forgetServer(home);
      lock?.release();
    }).listen(port, "127.0.0.1");
    await once(server, "listening");
    recordServer(home, { pid: old.pid, port, secretAccessKey: "s" });
    const current = await ensureLocalAws({ home });
    server.closeAllConnections();
    server.close();
    expect(current.software).toBe(VERSION);
    expect(current.endpoint).not.toBe(old.endpoint);
  });

  test("takes fault rules from the environment", async () => {
    process.env.DSL_LOCAL_FAULTS = JSON.stringify({ rules: [{ service: "s3", kind: "throttle" }] });
    const { endpoint, credentials } = await ensureLocalAws({ home, port }).finally(() => {
      delete process.env.DSL_LOCAL_FAULTS;
    });
    const s3 = s3Client(endpoint, credentials);
    await expect(s3.send(new ListObjectsV2Command({ Bucket: "any" }))).rejects.toMatchObject({
      name: "SlowDown",
    });
    s3.destroy();
  });
});

describe("the port", () => {
  const home = realpathSync(temporaryHome());
  const somebodyElse = createServer((_, response) => void response.end("not AWS"));
  let taken: number;

  beforeEach(async () => {
    somebodyElse.listen(0, "127.0.0.1");
    await once(somebodyElse, "listening");
    taken = (somebodyElse.address() as AddressInfo).port;
  });

  afterEach(() => {
    somebodyElse.close();
  });

  afterAll(() => stopLocalAws(home));

  test("is a free one when somebody else has it, and stays the same from then on", async () => {
    keepPort(home, taken);
    const first = await startLocalAws({ home });
    await first.close();
    expect(first.endpoint).not.toBe(`http://127.0.0.1:${taken}`);
    const second = await startLocalAws({ home });
    await second.close();
    expect(second.endpoint).toBe(first.endpoint);
  });

  test("that was asked for by number and is taken is an error that says so", async () => {
    await expect(startLocalAws({ home, port: taken })).rejects.toMatchObject({
      code: "local_port_taken",
      message: `Port ${taken} of 127.0.0.1 is taken`,
    });
    await expect(ensureLocalAws({ home, port: taken })).rejects.toMatchObject({
      code: "local_start_failed",
      message: expect.stringContaining(`Port ${taken} of 127.0.0.1 is taken`),
    });
  });

  test("may be another program's after a crash: that one is not taken for the server", async () => {
    recordServer(home, { pid: process.pid, port: taken, secretAccessKey: "s" });
    expect(await localAwsStatus(home)).toBeUndefined();
  });
});

test("a state folder that cannot be written is an error with a hint", async () => {
  const file = join(temporaryHome(), "file");
  writeFileSync(file, "");
  await expect(ensureLocalAws({ home: join(file, "home") })).rejects.toMatchObject({
    code: "no_folder",
    hint: expect.stringContaining("DSL_LOCAL_HOME"),
  });
});

test("asking for the server of a folder does not create the folder", async () => {
  const home = join(temporaryHome(), "none");
  expect(await localAwsStatus(home)).toBeUndefined();
  expect(await stopLocalAws(home)).toBe(false);
  expect(existsSync(home)).toBe(false);
});

test("a folder is served by one process at a time", async () => {
  const home = temporaryHome();
  const local = await startLocalAws({ home, port: 0, secretAccessKey: "local" });
  await expect(startLocalAws({ home, port: 0, secretAccessKey: "local" })).rejects.toMatchObject({
    code: "local_in_use",
  });
  await local.close();
  await (await startLocalAws({ home, port: 0, secretAccessKey: "local" })).close();
});

function md5(bytes: Uint8Array): string {
  return createHash("md5").update(bytes).digest("hex");
}
