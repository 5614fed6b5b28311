import type { Command } from "commander";
import type { LocalAws } from "../local-aws/control.ts";
import type { Reporter } from "../terminal/reporter.ts";
import { defineCommand } from "./define-command.ts";

/** `dsl local start|stop|status`: the embedded AWS on this machine. */
export function addLocalCommand(program: Command, reporter: Reporter): void {
  const local = program
    .command("local")
    .description("The AWS on this machine that --local uses: start it, stop it, ask for it.")
    .addHelpText(
      "after",
      "\nIts state is in $DSL_LOCAL_HOME, else ~/.dsl/local, and survives a stop.",
    );

  const start = local.command("start").description("Start it, unless it runs already.");
  defineCommand(start, async ({ port }: { port?: number }) => {
    const { ensureLocalAws } = await import("../local-aws/control.ts");
    const aws = await ensureLocalAws({ port });
    if (port !== undefined && new URL(aws.endpoint).port !== String(port)) {
      reporter.warn(`It runs already, so --port ${port} has no effect before dsl local stop`);
    }
    reporter.result(describe(aws), data(aws));
  });

  const stop = local
    .command("stop")
    .description("Stop it. What is deployed there stays, and is back after the next start.");
  defineCommand(stop, async () => {
    const { stopLocalAws } = await import("../local-aws/control.ts");
    const stopped = await stopLocalAws();
    const message = stopped ? "The local AWS has stopped." : "The local AWS is not running.";
    reporter.result([message], { running: false, stopped });
  });

  const status = local
    .command("status")
    .description("Say whether it runs, where, and how other tools reach it.");
  defineCommand(status, async () => {
    const { localAwsStatus } = await import("../local-aws/control.ts");
    const { defaultHome } = await import("../local-aws/state.ts");
    const aws = await localAwsStatus();
    const home = defaultHome();
    if (aws) reporter.result(describe(aws), data(aws));
    else {
      const message = `The local AWS is not running. Its state is in ${home}.`;
      reporter.result([message], { running: false, home });
    }
  });
}

function describe({ endpoint, home, pid, region, credentials }: LocalAws): string[] {
  return [
    `The local AWS answers at ${endpoint} (process ${pid}, state in ${home}).`,
    "Other tools, such as the AWS CLI, reach it with:",
    `  export AWS_ENDPOINT_URL=${endpoint} AWS_REGION=${region} AWS_DEFAULT_REGION=${region} \\`,
    `    AWS_ACCESS_KEY_ID=${credentials.accessKeyId} AWS_SECRET_ACCESS_KEY=${credentials.secretAccessKey}`,
  ];
}

function data({ endpoint, home, pid, region }: LocalAws): Record<string, unknown> {
  return { running: true, endpoint, region, pid, home };
}
