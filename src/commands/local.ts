/** `dsl local start|stop|status`: the embedded AWS on this machine. */
import { type Command, InvalidArgumentError } from "commander";
import type { LocalAws } from "../local/control.ts";
import type { Reporter } from "../terminal/reporter.ts";

export function addLocalCommand(program: Command, reporter: Reporter): void {
  const local = program
    .command("local")
    .description("the AWS on this machine that --local uses: S3, CloudFormation, Lambda, …")
    .addHelpText(
      "after",
      `\nIts state is in $DSL_LOCAL_HOME, else ~/.dsl/local, and survives a stop.`,
    );

  local
    .command("start")
    .description("start it, unless it runs already")
    .option("--port <port>", "port on 127.0.0.1 (default: 4590, or a free one)", parsePort)
    .action(async ({ port }: { port?: number }) => {
      const { ensureLocalAws } = await import("../local/control.ts");
      const aws = await ensureLocalAws({ port });
      reporter.result(describe(aws), data(aws));
    });

  local
    .command("stop")
    .description("stop it; what is deployed there stays and is back after the next start")
    .action(async () => {
      const { stopLocalAws } = await import("../local/control.ts");
      const stopped = await stopLocalAws();
      const message = stopped ? "The local AWS has stopped." : "The local AWS is not running.";
      reporter.result([message], { running: false, stopped });
    });

  local
    .command("status")
    .description("say whether it runs, where, and how to reach it with other tools")
    .action(async () => {
      const { localAwsStatus } = await import("../local/control.ts");
      const { defaultHome } = await import("../local/state.ts");
      const aws = await localAwsStatus();
      if (aws) {
        reporter.result(describe(aws), data(aws));
      } else {
        const home = defaultHome();
        reporter.result([`The local AWS is not running. Its state is in ${home}.`], {
          running: false,
          home,
        });
      }
    });
}

function describe({ endpoint, home, pid, region, credentials }: LocalAws): string[] {
  return [
    `The local AWS answers at ${endpoint} (process ${pid}, state in ${home}).`,
    "For other tools, such as the AWS CLI:",
    `  export AWS_ENDPOINT_URL=${endpoint} AWS_REGION=${region} \\`,
    `    AWS_ACCESS_KEY_ID=${credentials.accessKeyId} AWS_SECRET_ACCESS_KEY=${credentials.secretAccessKey}`,
  ];
}

function data({ endpoint, home, pid, region }: LocalAws): Record<string, unknown> {
  return { running: true, endpoint, region, pid, home };
}

function parsePort(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port < 1 || port > 65_535) {
    throw new InvalidArgumentError("A port is a number from 1 to 65535.");
  }
  return port;
}
