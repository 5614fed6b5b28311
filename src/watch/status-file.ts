/** What the running `dsl watch` of this machine and user are doing, in a file each, in the cache folder. */
import { readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cacheFolder } from "../paths.ts";
import type { WatchStatus } from "./status.ts";

/** A process that has not written its file for so long is stuck, or another one with the same number. */
const STALE_MS = 60_000;
const FOLDER = "watch";

export async function writeStatus(status: WatchStatus): Promise<void> {
  const path = pathOf(cacheFolder(FOLDER), status.pid);
  await writeFile(`${path}.new`, JSON.stringify(status), { mode: 0o600 });
  await rename(`${path}.new`, path);
}

export async function removeStatus(): Promise<void> {
  await rm(pathOf(cacheFolder(FOLDER), process.pid), { force: true });
}

/** Those that are running, this process aside. Files of those that were killed are removed. */
export async function runningWatches(): Promise<WatchStatus[]> {
  const folder = cacheFolder(FOLDER);
  const running: WatchStatus[] = [];
  for (const name of await readdir(folder).catch(() => [])) {
    const pid = Number(/^(\d+)\.json$/.exec(name)?.[1]);
    if (!Number.isInteger(pid) || pid === process.pid) continue;
    const status = await readStatus(join(folder, name));
    const age =
      status === null ? Number.POSITIVE_INFINITY : Date.now() - Date.parse(status.updated_at);
    if (status !== null && isAlive(pid) && age < STALE_MS) running.push(status);
    else if (!isAlive(pid)) await rm(join(folder, name), { force: true });
  }
  return running;
}

async function readStatus(path: string): Promise<WatchStatus | null> {
  try {
    return JSON.parse(await readFile(path, "utf8")) as WatchStatus;
  } catch {
    return null;
  }
}

function pathOf(folder: string, pid: number): string {
  return join(folder, `${pid}.json`);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
