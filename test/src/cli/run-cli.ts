import { fileURLToPath } from "node:url";
import { execa } from "execa";

const CLI = fileURLToPath(new URL("../../../src/cli.ts", import.meta.url));

export interface CliRun {
  exitCode?: number;
  stdout: string;
  stderr: string;
}

interface Where {
  /** The program; by default the sources. */
  cli?: string;
  env?: Record<string, string>;
  cwd?: string;
}

/** Runs dsl as a user does, in a process of its own; nothing of this machine's AWS setup is visible to it. */
export async function runCli(args: string[], where: Where = {}): Promise<CliRun> {
  const { exitCode, stdout, stderr } = await startCli(args, where);
  return { exitCode, stdout, stderr };
}

/** The same, for runs that do not end by themselves. */
export function startCli(args: string[], { cli = CLI, env, cwd }: Where = {}) {
  const { PATH, HOME, TMPDIR, XDG_CACHE_HOME, DSL_LOCAL_OWNER } = process.env;
  return execa(process.execPath, [cli, ...args], {
    cwd,
    env: {
      PATH,
      HOME,
      TMPDIR,
      XDG_CACHE_HOME,
      DSL_LOCAL_OWNER,
      AWS_EC2_METADATA_DISABLED: "true",
      AWS_CONFIG_FILE: "/nonexistent/config",
      AWS_SHARED_CREDENTIALS_FILE: "/nonexistent/credentials",
      ...env,
    },
    extendEnv: false,
    reject: false,
    stdin: "ignore",
  });
}
