/**
 * `dsl doctor`: what a deployment needs, tried without changing anything: this machine first
 * (doctor-machine.ts), then the account. Each check is one line; one that fails says what to do.
 */
import { DescribeStacksCommand } from "@aws-sdk/client-cloudformation";
import { DescribeLogGroupsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { ListLayersCommand } from "@aws-sdk/client-lambda";
import { ListBucketsCommand } from "@aws-sdk/client-s3";
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { DslError } from "../../runtime/core/dsl-error.ts";
import type { AwsClients } from "../aws/clients.ts";
import { explainAwsError } from "../aws/errors.ts";
import { checkSiteName } from "../stacks/stack-name.ts";
import type { Reporter } from "../terminal/reporter.ts";
import { type Finding, ok } from "./doctor-finding.ts";
import { checkMachine } from "./doctor-machine.ts";
import { checkPermissions, type Identity } from "./doctor-permissions.ts";

/** AWS refuses requests whose time is off by more than 5 minutes. */
const CLOCK_WARNING_MS = 60_000;

/**
 * Prints every finding; permissions are asked for `site`, where one is named. Throws a DslError
 * (`not_ready`) when one of them would stop a deployment.
 */
export async function examine(
  clients: AwsClients,
  site: string | null,
  reporter: Reporter,
): Promise<void> {
  if (site !== null) checkSiteName(site);
  const findings = [...(await checkMachine()), ...(await checkAccount(clients, site))];
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

/** The account, what may be done there, and a call that changes nothing of each service that is used. */
async function checkAccount(clients: AwsClients, site: string | null): Promise<Finding[]> {
  let known: Identity | null = null;
  const identity = await attempt("credentials", async () => {
    const client = await clients.sts();
    const { Account = "", Arn = "" } = await client.send(new GetCallerIdentityCommand({}));
    const region = await client.config.region();
    known = { account: Account, arn: Arn, region };
    return `account ${Account}, as ${Arn}, region ${region}`;
  });
  if (known === null) return [identity];
  const [clock, permissions, ...services] = await Promise.all([
    checkClock(clients),
    checkPermissions(clients, known, site),
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
  return [identity, clock, permissions, ...optional];
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
