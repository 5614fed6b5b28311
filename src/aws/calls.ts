/** The AWS request that an error answers, noted by the clients without changing the error. */
export interface AwsCall {
  /** As in the SDK: S3, CloudFormation, Lambda, CloudWatchLogs, STS. */
  service: string;
  /** GetObject, CreateChangeSet … */
  operation: string;
  input: object;
  /** null when none is configured anywhere. */
  region: string | null;
  profile: string | null;
}

const calls = new WeakMap<object, AwsCall>();

export function rememberCall(error: unknown, call: AwsCall): void {
  if (typeof error === "object" && error !== null) calls.set(error, call);
}

/** null for errors that did not come out of a client of clients.ts. */
export function callOf(error: unknown): AwsCall | null {
  return typeof error === "object" && error !== null ? (calls.get(error) ?? null) : null;
}
