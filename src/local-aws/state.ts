/**
 * The state folder, and what in it is about the server itself:
 *
 *     lock.db         held locked by the one process that serves this folder
 *     server.json     which process that is and its secret key, while it listens
 *     port.json       the port of the last start, kept so that URLs stay valid
 *     server.log      what the detached server wrote
 */
import { chmodSync, realpathSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import Database from "better-sqlite3";
import { makeFolder } from "../make-folder.ts";
import { homeFolder } from "../paths.ts";
import { readJson, writeJson } from "./common/json-file.ts";

export interface ServerRecord {
  pid: number;
  port: number;
  /** Of the account's owner, until the server stops. */
  secretAccessKey: string;
}

/** `$DSL_LOCAL_HOME`, else `~/.dsl/local`; absolute. */
export function defaultHome(): string {
  return resolve(process.env.DSL_LOCAL_HOME || join(homeFolder(), ".dsl", "local"));
}

/**
 * Creates the folder, for nobody else to look into, and returns its one true path: two names of it must not mean two servers.
 * Throws DslError `no_folder`.
 */
export function openHome(home: string): string {
  makeFolder(home, "set DSL_LOCAL_HOME to a folder of your own");
  // What is deployed here runs as the user, and keys are in here.
  chmodSync(home, 0o700);
  return realpathSync(home);
}

export function logFile(home: string): string {
  return join(home, "server.log");
}

/**
 * Takes the folder for this process; undefined when another process still has it after `patience`
 * milliseconds. The lock is SQLite's, hence the operating system's: it ends with the process,
 * however that ends.
 */
export function lockHome(home: string, patience: number): { release(): void } | undefined {
  const lock = new Database(join(home, "lock.db"), { timeout: patience });
  try {
    lock.exec("BEGIN EXCLUSIVE");
  } catch (error) {
    lock.close();
    if ((error as { code?: string }).code === "SQLITE_BUSY") return undefined;
    throw error;
  }
  return { release: () => void lock.close() };
}

/** The server of a folder; it may have died without a chance to remove its record. */
export function readServer(home: string): ServerRecord | undefined {
  return readJson<ServerRecord>(join(home, "server.json"));
}

export function recordServer(home: string, server: ServerRecord): void {
  writeJson(join(home, "server.json"), server);
}

export function forgetServer(home: string): void {
  rmSync(join(home, "server.json"), { force: true });
}

export function readPort(home: string): number | undefined {
  return readJson<{ port: number }>(join(home, "port.json"))?.port;
}

export function keepPort(home: string, port: number): void {
  writeJson(join(home, "port.json"), { port });
}
