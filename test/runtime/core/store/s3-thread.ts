/**
 * The small S3 in a thread of its own: who reads on demand waits inside SQLite for its answers, and
 * could not give them at the same time.
 */
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { NetworkSettings } from "../../../../src/local-aws/network.ts";
import type { Fault } from "./small-s3.ts";

export interface FaultRule {
  /** One after the other. */
  faults: Fault[];
  /** Part of the keys that are hit. */
  match?: string;
  /** The first of so many requests is hit. */
  every?: number;
}

export interface Traffic {
  /** That were asked for. */
  keys: string[];
  /** That were sent. */
  bytes: number;
  /** Most requests under way at a time. */
  mostAtOnce: number;
}

export interface S3Thread {
  url: string;
  /** Can be written; what is in it is served. */
  objects: Map<string, Buffer>;
  setFault(rule: FaultRule | null): void;
  setNetwork(settings: NetworkSettings): void;
  /** What there was since the last call. */
  traffic(): Promise<Traffic>;
  /** Without objects, faults and delays again. */
  reset(): void;
  close(): Promise<void>;
}

export type Message =
  | { set: string; body: Uint8Array }
  | { delete: string }
  | { fault: FaultRule | null }
  | { network: NetworkSettings }
  | { reset: true }
  | { traffic: true };

export async function startS3Thread(): Promise<S3Thread> {
  const worker = new Worker(new URL("./s3-thread-server.ts", import.meta.url));
  const [url] = (await once(worker, "message")) as [string];
  const send = (message: Message) => worker.postMessage(message);
  class Objects extends Map<string, Buffer> {
    override set(key: string, body: Buffer): this {
      send({ set: key, body });
      return super.set(key, body);
    }
    override clear(): void {
      send({ reset: true });
      super.clear();
    }
    override delete(key: string): boolean {
      send({ delete: key });
      return super.delete(key);
    }
  }
  const objects = new Objects();
  return {
    url,
    objects,
    reset: () => objects.clear(),
    setFault: (fault) => send({ fault }),
    setNetwork: (network) => send({ network }),
    traffic: async () => {
      send({ traffic: true });
      const [traffic] = await once(worker, "message");
      return traffic as Traffic;
    },
    close: async () => {
      await worker.terminate();
    },
  };
}
