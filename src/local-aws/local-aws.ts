/** The local AWS in this process: opens the state folder, starts the services and the server. */
import { randomBytes } from "node:crypto";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { DslError } from "../../runtime/core/dsl-error.ts";
import { VERSION } from "../version.ts";
import { type FaultSettings, Faults } from "./common/faults.ts";
import type { LocalContext } from "./context/context.ts";
import { NeededActions } from "./iam/needed-actions.ts";
import { ACCESS_KEY_ID, ACCOUNT_ID, DEFAULT_PORT, REGION } from "./identity.ts";
import { Logs } from "./logs/logs.ts";
import { Network } from "./network.ts";
import { openS3Store } from "./s3/store.ts";
import { endpointOf, listen, type ServerParts } from "./server.ts";
import { createServices } from "./services.ts";
import { forgetServer, keepPort, lockHome, openHome, readPort, recordServer } from "./state.ts";

/** Whoever only looks whether the folder is free holds the lock for a moment. */
const LOCK_PATIENCE_MS = 500;

export interface RunningLocalAws {
  /** `http://127.0.0.1:PORT` */
  endpoint: string;
  region: string;
  credentials: { accessKeyId: string; secretAccessKey: string };
  /** State folder, absolute. */
  home: string;
  context: LocalContext;
  /** Ends child processes and closes the state; done twice it does nothing. */
  close(): Promise<void>;
}

export interface StartOptions {
  home: string;
  /** 0 takes any free one. By default the one of the last start, else 4590, else any free one. */
  port?: number;
  faults?: FaultSettings;
  /** Of the account's owner; by default a random one. */
  secretAccessKey?: string;
  log?(line: string): void;
  /** Called when somebody asks over HTTP to stop; closes the server by default. */
  onStop?(): void;
}

/**
 * Throws DslError `local_in_use` when another process serves the folder, `local_port_taken` when
 * `port` is given and not free.
 */
export async function startLocalAws(options: StartOptions): Promise<RunningLocalAws> {
  const home = openHome(options.home);
  const lock = lockHome(home, LOCK_PATIENCE_MS);
  if (lock === undefined) {
    throw new DslError(
      "local_in_use",
      `Another process serves the local AWS in ${home}`,
      "dsl local status, or dsl local stop",
    );
  }
  forgetServer(home);
  const closers: (() => unknown)[] = [() => lock.release()];
  try {
    return await start(home, options, closers);
  } catch (error) {
    await closeAll(closers);
    throw error;
  }
}

async function start(
  home: string,
  options: StartOptions,
  closers: (() => unknown)[],
): Promise<RunningLocalAws> {
  const faults = new Faults();
  if (options.faults) faults.set(options.faults);
  const network = new Network();
  const store = openS3Store(home);
  closers.push(() => store.close());
  const logs = new Logs(home);
  closers.push(() => logs.close());

  let server: Server | undefined;
  const context: LocalContext = {
    home,
    region: REGION,
    accountId: ACCOUNT_ID,
    faults,
    buckets: store.buckets,
    objects: store.objects,
    logs,
    neededActions: new NeededActions(),
    endpoint: () => {
      if (server === undefined) throw new Error("The server does not listen yet");
      return endpointOf(server);
    },
  };
  const secretAccessKey = options.secretAccessKey ?? randomBytes(30).toString("base64url");
  const { services, keyOf, dns } = createServices(context, store, { secretAccessKey });
  for (const service of services) closers.push(() => service.close?.());

  let closing: Promise<void> | undefined;
  const close = () => {
    closing ??= closeAll(closers);
    return closing;
  };
  const parts: ServerParts = {
    services,
    keyOf,
    faults,
    network,
    neededActions: context.neededActions,
    log: options.log ?? (() => {}),
    admin: {
      dns,
      faults,
      network,
      neededActions: context.neededActions,
      health: () => ({
        home,
        pid: process.pid,
        region: REGION,
        accountId: ACCOUNT_ID,
        services: services.map(({ signingName }) => signingName),
        software: VERSION,
      }),
      stop: options.onStop ?? (() => void close()),
    },
  };
  server = await listenSomewhere(home, options.port, parts);
  closers.push(() => stopListening(server!));
  const { port } = server.address() as AddressInfo;
  for (const service of services) await service.start?.();
  recordServer(home, { pid: process.pid, port, secretAccessKey });
  closers.push(() => forgetServer(home));
  return {
    endpoint: endpointOf(server),
    region: REGION,
    credentials: { accessKeyId: ACCESS_KEY_ID, secretAccessKey },
    home,
    context,
    close,
  };
}

async function listenSomewhere(
  home: string,
  wanted: number | undefined,
  parts: ServerParts,
): Promise<Server> {
  try {
    const server = await listen(wanted ?? readPort(home) ?? DEFAULT_PORT, parts);
    if (wanted !== 0) keepPort(home, (server.address() as AddressInfo).port);
    return server;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE") throw error;
    if (wanted !== undefined) {
      throw new DslError(
        "local_port_taken",
        `Port ${wanted} of 127.0.0.1 is taken`,
        "another --port, or none: a free one is found then",
        { cause: error },
      );
    }
    const server = await listen(0, parts);
    keepPort(home, (server.address() as AddressInfo).port);
    return server;
  }
}

async function stopListening(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  server.closeAllConnections();
  await closed;
}

/** Last opened, first closed; one that fails does not keep the others open. */
async function closeAll(closers: (() => unknown)[]): Promise<void> {
  let failure: unknown;
  for (const close of closers.splice(0).reverse()) {
    try {
      await close();
    } catch (error) {
      failure ??= error;
    }
  }
  if (failure !== undefined) throw failure;
}
