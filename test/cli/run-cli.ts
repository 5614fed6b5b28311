import { fileURLToPath } from "node:url";
import { execa } from "execa";

const CLI = fileURLToPath(new URL("../../src/cli.ts", import.meta.url));

export interface CliRun {
  exitCode: number | undefined;
  stdout: string;
  stderr: string;
}

/** Runs dsl as a user does, in a process of its own; nothing of this machine's AWS setup is visible to it. */
export async function runCli(
  args: string[],
  options: { env?: Record<string, string>; cwd?: string } = {},
): Promise<CliRun> {
  const { PATH, HOME, TMPDIR } = process.env;
  const result = await execa(process.execPath, [CLI, ...args], {
    cwd: options.cwd,
    env: {
      PATH,
      HOME,
      TMPDIR,
      AWS_EC2_METADATA_DISABLED: "true",
      AWS_CONFIG_FILE: "/nonexistent/config",
      AWS_SHARED_CREDENTIALS_FILE: "/nonexistent/credentials",
      ...options.env,
    },
    extendEnv: false,
    reject: false,
    stdin: "ignore",
  });
  return { exitCode: result.exitCode, stdout: result.stdout, stderr: result.stderr };
}
