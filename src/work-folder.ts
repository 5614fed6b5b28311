/**
 * The folder for a run's temporary files. It is removed when the process ends; what a killed run
 * could not remove, the next one does.
 */
import { readdirSync, rmSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { makeTemporaryFolder } from "./temporary-folder.ts";

/** Process ids say something only on the same host: /tmp may be shared by containers. */
const HOST = hostname().replace(/[^A-Za-z0-9]/g, "");
const NAME = new RegExp(`^dsl-run-${HOST}-(\\d+)-`);

/** Makes the folder and removes those of runs that are no more. Throws DslError `no_temporary_folder`. */
export async function createWorkFolder(root = tmpdir()): Promise<string> {
  const folder = makeTemporaryFolder(`dsl-run-${HOST}-${process.pid}-`, root);
  process.once("exit", () => remove(folder));
  removeStaleFolders(root);
  return folder;
}

function removeStaleFolders(root: string): void {
  for (const name of readdirSync(root)) {
    const pid = NAME.exec(name)?.[1];
    if (pid !== undefined && !isRunning(Number(pid))) remove(join(root, name));
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it runs, as another user.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

/** Temporary files that cannot be removed (another user's) are no reason to fail. */
function remove(folder: string): void {
  try {
    rmSync(folder, { recursive: true, force: true });
  } catch {}
}
