/**
 * The thread that fetches blocks while another waits for them inside SQLite. It is told by messages
 * which databases to open, and by the extension's socket which blocks are wanted.
 */
import { Socket } from "node:net";
import { parentPort, workerData } from "node:worker_threads";
import type { ManifestDatabase } from "../../core/format/manifest.ts";
import { PagedFiles, REQUEST_BYTES, readRequests } from "../../core/sqlite/paged-files.ts";
import { Bucket } from "../../core/store/s3.ts";
import { Fetcher, type FetcherOptions } from "./fetcher.ts";

export interface ThreadData {
  extensionFile: string;
  bucket: string;
  /** What the bucket's address and credentials are read from; null: process.env. */
  environment: Record<string, string | undefined> | null;
  options: FetcherOptions;
}

export type Command =
  | { call: number; open: ManifestDatabase; fills: boolean }
  | { call: number; read: { mapping: number; block: number } }
  | { unmap: number }
  | { end: true };

export type Report =
  | { cache: number }
  | { call: number; result: number | Uint8Array }
  | { call: number; error: Error };

const port = parentPort!;

async function main({ extensionFile, bucket, environment, options }: ThreadData): Promise<void> {
  const files = new PagedFiles(extensionFile);
  const fetcher = await Fetcher.start(
    new Bucket(bucket, environment ?? process.env),
    files,
    options,
  );
  listen(files.socketOf(fetcher.cache), fetcher);
  port.on("message", (command: Command) => obey(command, fetcher));
  report({ cache: fetcher.cache });
}

/** Answers the requests that readers send. */
function listen(descriptor: number, fetcher: Fetcher): void {
  const socket = new Socket({ fd: descriptor, readable: true });
  let rest = Buffer.alloc(0);
  socket.on("data", (bytes: Buffer) => {
    const received = rest.length === 0 ? bytes : Buffer.concat([rest, bytes]);
    for (const request of readRequests(received)) fetcher.answer(request);
    rest = Buffer.from(received.subarray(received.length - (received.length % REQUEST_BYTES)));
  });
  // The cache was closed by the other thread.
  socket.on("error", () => socket.destroy());
}

async function obey(command: Command, fetcher: Fetcher): Promise<void> {
  // Of this thread. Ended from outside it may be about to make a decompressor, at which Node 24 ends the process.
  if ("end" in command) process.exit();
  if ("unmap" in command) {
    fetcher.unmap(command.unmap);
    return;
  }
  const { call } = command;
  try {
    const result =
      "open" in command
        ? await fetcher.open(command.open, command.fills)
        : await fetcher.read(command.read.mapping, command.read.block);
    report({ call, result });
  } catch (error) {
    report({ call, error: error as Error });
  }
}

function report(message: Report): void {
  port.postMessage(message);
}

// What is thrown here ends the thread, which the other one sees.
void main(workerData as ThreadData);
