/** The local AWS in a process of its own, so that it can be killed. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";
import type { FaultSettings } from "../../../src/local-aws/common/faults.ts";
import { ACCESS_KEY_ID } from "../../../src/local-aws/identity.ts";
import { readServer, type ServerRecord } from "../../../src/local-aws/state.ts";

const DAEMON = fileURLToPath(new URL("../../../src/local-aws/daemon.ts", import.meta.url));

export interface DaemonProcess {
  endpoint: string;
  credentials: { accessKeyId: string; secretAccessKey: string };
  /** Sends a signal and waits for the end. */
  end(signal: NodeJS.Signals): Promise<void>;
}

/** Starts it in a folder and waits until it listens. It ends with the test at the latest. */
export async function startDaemon(home: string, faults?: FaultSettings): Promise<DaemonProcess> {
  const child = spawn(process.execPath, [DAEMON, home, "0"], {
    stdio: "ignore",
    env: { ...process.env, DSL_LOCAL_FAULTS: faults && JSON.stringify(faults) },
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  const { port, secretAccessKey } = await recordOf(child, home);
  return {
    endpoint: `http://127.0.0.1:${port}`,
    credentials: { accessKeyId: ACCESS_KEY_ID, secretAccessKey },
    end: async (signal) => {
      const exited = once(child, "exit");
      child.kill(signal);
      await exited;
    },
  };
}

async function recordOf(child: ChildProcess, home: string): Promise<ServerRecord> {
  for (;;) {
    const server = readServer(home);
    if (server !== undefined && server.pid === child.pid) return server;
    if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
