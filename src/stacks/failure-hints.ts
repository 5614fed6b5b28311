import type { StackEvent } from "./events.ts";

/** What to do about reasons that CloudFormation gives; the first row that matches counts. */
const HINTS: [reason: RegExp, hint: (match: RegExpExecArray) => string][] = [
  [
    /not authorized to perform:? ([\w-]+:\w+)/i,
    ([, action]) =>
      `allow ${action} in the IAM policy of these credentials, or give --role-arn with a role that has it`,
  ],
  [
    /access ?denied|not authorized|forbidden/i,
    () =>
      "allow this in the IAM policy of these credentials, or give --role-arn with a role that may do it",
  ],
  [
    /MemorySize.* less than or equal to (\d+)|exceeds? .*memory/i,
    ([, limit]) =>
      `--memory ${limit ?? "3008"}; new AWS accounts have a lower limit, which AWS Support raises`,
  ],
  [
    /unzipped size must be smaller|code ?size|request entity too large/i,
    () => "--storage s3, which keeps the databases out of the function's package",
  ],
  [
    /this machine's own CPU \((\w+)\)/,
    ([, cpu]) => `--arch ${cpu}; the other CPU needs AWS itself`,
  ],
  [
    /(architecture|runtimes?).*(layer|compatible)|layer.*(architecture|compatible)/i,
    () => "give the --arch that the layer was built for, or another --layer-arn",
  ],
  [
    /too many buckets|(limit|quota)s? .*(exceeded|reached|exhausted)|(limit|quota)exceeded|exceeded? .*(limit|quota)/i,
    () =>
      "delete what is no longer needed, or raise the quota in the Service Quotas console, then run the same command again",
  ],
  [
    /log ?group.*already exists|\/aws\/lambda\/\S+ already exists/i,
    () =>
      "delete the log group that an earlier function left (aws logs delete-log-group), then run the same command again",
  ],
  [
    /already exists|name.*(taken|not available)/i,
    () => "choose another stack name, or delete what has this name",
  ],
  [/rate exceeded|throttl|slow ?down/i, () => "wait a minute and run the same command again"],
  [/not empty/i, () => "run dsl delete-stack again: it empties the bucket first"],
  [
    /cannot assume|assume role|role.*invalid/i,
    () => "check --role-arn: cloudformation.amazonaws.com must be allowed to assume that role",
  ],
];

/** The next step for a failed operation; `cause` is its first cause, if known. */
export function hintFor(stackName: string, cause: StackEvent | null): string {
  for (const [reason, hint] of HINTS) {
    const match = reason.exec(cause?.reason ?? "");
    if (match !== null) return hint(match);
  }
  return `aws cloudformation describe-stack-events --stack-name ${stackName} shows every event`;
}
