/**
 * `dsl doctor`: what a deployment needs, tried without changing anything: this machine first, then
 * the account. Each check is one line; one that fails says what to do.
 */
import { accessSync, constants, existsSync, statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import { DescribeStacksCommand } from "@aws-sdk/client-cloudformation";
import { DescribeLogGroupsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { ListLayersCommand } from "@aws-sdk/client-lambda";
import { ListBucketsCommand } from "@aws-sdk/client-s3";
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { DslError } from "../../runtime/core/dsl-error.ts";
import { formatBytes } from "../../runtime/core/quantities.ts";
import type { AwsClients } from "../aws/clients.ts";
import { explainAwsError } from "../aws/errors.ts";
import { proxyOf } from "../aws/proxy.ts";
import { cacheFolder, guardFile } from "../paths.ts";
import type { Reporter } from "../terminal/reporter.ts";

/** A database is copied before it is published. */
const ENOUGH_SPACE = 1e9;
/** AWS refuses requests whose time is off by more than 5 minutes. */
const CLOCK_WARNING_MS = 60_000;

export interface Finding {
  check: string;
  state: "ok" | "warning" | "problem";
  /** What was found, one sentence without a full stop. */
  text: string;
  /** What to do; null where all is well. */
  hint: string | null;
}

/** Prints every finding. Throws a DslError (`not_ready`) when one of them would stop a deployment. */
export async function examine(clients: AwsClients, reporter: Reporter): Promise<void> {
  const findings = [checkNode(), checkGuard(), ...checkFolders(), checkProxy()];
  findings.push(...(await checkAccount(clients)));
  const signs = { ok: "ok      ", warning: "warning ", problem: "PROBLEM " };
  reporter.result(
    findings.flatMap(({ check, state, text, hint }) => [
      `${signs[state]}${check}: ${text}`,
      ...(hint === null ? [] : [`        Try: ${hint}`]),
    ]),
    { findings },
  );
  const problems = findings.filter(({ state }) => state === "problem");
  const [first] = problems;
  if (first === undefined) return;
  throw new DslError(
    "not_ready",
    `${problems.length === 1 ? "One check" : `${problems.length} checks`} failed, the first: ${first.check}: ${first.text}`,
    first.hint ?? "see above",
  );
}

function ok(check: string, text: string): Finding {
  return { check, state: "ok", text, hint: null };
}

function checkNode(): Finding {
  return ok("Node", `${process.version} on ${process.platform}-${process.arch}`);
}

function checkGuard(): Finding {
  if (existsSync(guardFile())) return ok("query guard", "compiled for this machine");
  return {
    check: "query guard",
    state: "warning",
    text: `not compiled for ${process.platform}-${process.arch}: dsl serve answers no custom SQL`,
    hint: "install a C compiler and run npm rebuild; sites on Lambda have their own",
  };
}

function checkFolders(): Finding[] {
  const folder = tmpdir();
  const findings: Finding[] = [];
  try {
    accessSync(folder, constants.W_OK);
    const { bavail, bsize } = statfsSync(folder);
    const free = bavail * bsize;
    findings.push(
      free >= ENOUGH_SPACE
        ? ok("temporary files", `${formatBytes(free)} free in ${folder}`)
        : {
            check: "temporary files",
            state: "warning",
            text: `only ${formatBytes(free)} free in ${folder}, and each database is copied there`,
            hint: "set TMPDIR to a folder with more room",
          },
    );
  } catch {
    findings.push({
      check: "temporary files",
      state: "problem",
      text: `${folder} cannot be written to`,
      hint: "set TMPDIR to a folder that can",
    });
  }
  findings.push(ok("cache", cacheFolder()));
  return findings;
}

function checkProxy(): Finding {
  const proxy = proxyOf(process.env);
  return ok("proxy", proxy === null ? "none is configured" : `that of ${proxy.variable}`);
}

/** The account, and a call that changes nothing of each service that a deployment uses. */
async function checkAccount(clients: AwsClients): Promise<Finding[]> {
  const identity = await attempt("credentials", async () => {
    const client = await clients.sts();
    const { Account, Arn } = await client.send(new GetCallerIdentityCommand({}));
    return `account ${Account}, as ${Arn}, region ${await client.config.region()}`;
  });
  if (identity.state === "problem") return [identity];
  const clock = await checkClock(clients);
  const services = await Promise.all([
    attempt("CloudFormation", async () => {
      await (await clients.cloudFormation()).send(new DescribeStacksCommand({}));
      return "stacks may be listed";
    }),
    attempt("S3", async () => {
      await (await clients.s3()).send(new ListBucketsCommand({}));
      return "buckets may be listed";
    }),
    attempt("Lambda", async () => {
      await (await clients.lambda()).send(new ListLayersCommand({}));
      return "layers may be listed";
    }),
    attempt("CloudWatch Logs", async () => {
      await (await clients.logs()).send(new DescribeLogGroupsCommand({ limit: 1 }));
      return "log groups may be listed";
    }),
  ]);
  // Who may deploy need not be allowed to list: only the first is needed for certain.
  const optional = services.map(
    (finding, at): Finding =>
      at > 0 && finding.state === "problem" ? { ...finding, state: "warning" } : finding,
  );
  return [identity, clock, ...optional];
}

async function attempt(check: string, look: () => Promise<string>): Promise<Finding> {
  try {
    return ok(check, await look());
  } catch (error) {
    const explained = explainAwsError(error);
    const isExplained = explained instanceof DslError;
    return {
      check,
      state: "problem",
      text: explained instanceof Error ? explained.message : String(explained),
      hint: isExplained ? explained.hint : "see the message",
    };
  }
}

/** The SDK notes how far AWS's clock, in its answers, is from this machine's. */
async function checkClock(clients: AwsClients): Promise<Finding> {
  const offset = (await clients.sts()).config.systemClockOffset ?? 0;
  if (Math.abs(offset) < CLOCK_WARNING_MS) return ok("clock", "agrees with AWS's");
  return {
    check: "clock",
    state: "warning",
    text: `it differs from AWS's by ${Math.round(Math.abs(offset) / 1000)} s`,
    hint: "set the time of this machine, with NTP if you can",
  };
}
