/** What the running `dsl watch` and `dsl replicate` of this machine and user are doing, in a file each, in the cache folder. */
import { readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cacheFolder } from "../paths.ts";
import type { WatchStatus } from "./status.ts";

/** A process that has not written its file for so long is stuck, or another one with the same number. */
const STALE_MS = 60_000;
const FOLDER = "watch";

/** `statuses`: of all that this process follows. */
export async function writeStatus(statuses: readonly WatchStatus[]): Promise<void> {
  const path = pathOf(cacheFolder(FOLDER), process.pid);
  await writeFile(`${path}.new`, JSON.stringify(statuses), { mode: 0o600 });
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
    if (isAlive(pid)) running.push(...(await readStatus(join(folder, name))).filter(isFresh));
    else await rm(join(folder, name), { force: true });
  }
  return running;
}

async function readStatus(path: string): Promise<WatchStatus[]> {
  try {
    return [JSON.parse(await readFile(path, "utf8"))].flat() as WatchStatus[];
  } catch {
    return [];
  }
}

function isFresh({ updated_at }: WatchStatus): boolean {
  return Date.now() - Date.parse(updated_at) < STALE_MS;
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
