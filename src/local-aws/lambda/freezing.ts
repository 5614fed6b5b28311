/**
 * Lambda freezes an environment between requests: nothing in it runs, no timer and no background
 * work. Signals do the same for a process. Windows has no such signals, so nothing is frozen there.
 */
import { type ChildProcess, spawn } from "node:child_process";

const CAN_FREEZE = process.platform !== "win32";

export function freeze(child: ChildProcess): void {
  if (CAN_FREEZE) child.kill("SIGSTOP");
}

export function thaw(child: ChildProcess): void {
  if (CAN_FREEZE) child.kill("SIGCONT");
}

/**
 * Makes sure that a process does not outlive this one. A running process notices that its parent's
 * channel closes, but a frozen one notices nothing and would stay for ever. So a small shell holds a
 * pipe to this process: when the pipe ends without a word, it kills the other. Call the function
 * that is returned once the process has ended, before its number can belong to someone else.
 */
export function guard(pid: number | undefined): () => void {
  if (!CAN_FREEZE || pid === undefined) return () => {};
  const shell = spawn("/bin/sh", ["-c", 'read -r word || kill -KILL "$0"', String(pid)], {
    stdio: ["pipe", "ignore", "ignore"],
    env: {},
    detached: true,
  });
  shell.on("error", () => {});
  shell.stdin.on("error", () => {});
  return () => shell.stdin.end("released\n");
}
