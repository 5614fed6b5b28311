import { DslError } from "../../runtime/core/dsl-error.ts";
import { formatDuration } from "../../runtime/core/quantities.ts";
import type { Deployment } from "./deployment.ts";
import { lastErrorLines } from "./function-log.ts";
import { verifySite } from "./verify.ts";

const LOG_LINES = 10;

/** Where the site is and where it writes its log. */
export interface SiteAddress {
  url: string;
  logGroup: string;
  /** What lets this command in, where visitors need a password. */
  session: string | null;
  /** What lets this command in at an API that answers CloudFront only. */
  originKey?: string | null;
}

/** How the answer came: cold or warm, and after how long. */
export interface Verified {
  start: string;
  milliseconds: number;
}

/**
 * Checks that the site serves the version. A host that cannot be reached from here is a warning; an
 * error or an old version is a DslError that names the log group, after its last error lines.
 * Resolves with how the site answered; null: nobody knows.
 */
export async function verifyStep(
  { clients, reporter }: Pick<Deployment, "clients" | "reporter">,
  { url, logGroup, session, originKey = null }: SiteAddress,
  version: number,
): Promise<Verified | null> {
  const step = reporter.step(`Waiting for ${url} to serve version ${version}`);
  const verdict = await verifySite(url, version, clients.pollMilliseconds, {
    session,
    originKey,
  });
  switch (verdict.verdict) {
    case "serves":
      step.done(`${verdict.start} start, ${formatDuration(verdict.milliseconds)}`);
      reporter.event("verified", { url, version: verdict.version, start: verdict.start });
      return { start: verdict.start, milliseconds: verdict.milliseconds };
    case "unreachable":
      step.fail("not reachable from here");
      reporter.warn(
        `${url} cannot be reached from here (${verdict.problem}), so it is not checked`,
      );
      return null;
    case "behind":
    case "wrong": {
      step.fail(verdict.problem);
      for (const line of await lastErrorLines(clients, logGroup, LOG_LINES)) {
        reporter.warn(`${logGroup}: ${line}`);
      }
      throw new DslError(
        "site_wrong",
        `${url} ${verdict.problem} instead of version ${version}; its log group is ${logGroup}`,
        `aws logs tail ${logGroup} --since 10m`,
      );
    }
  }
}
