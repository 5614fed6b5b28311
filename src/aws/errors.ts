/**
 * What an AWS error means and what to do about it. Looks at names, codes and messages only, so that
 * it loads no SDK.
 */
import { DslError } from "../../runtime/core/dsl-error.ts";
import { type AwsCall, callOf } from "./calls.ts";
import { EXPLANATIONS, type Fault } from "./explanations.ts";

/**
 * A DslError for an error thrown by an AWS client of clients.ts, with the original as its cause;
 * any other value is given back as it is.
 */
export function explainAwsError(error: unknown): unknown {
  const call = callOf(error);
  if (call === null || error instanceof DslError) return error;
  const fault = faultOf(error, call);
  for (const explain of EXPLANATIONS) {
    const found = explain(fault);
    if (found !== null)
      return new DslError(found.code, found.message, found.hint, { cause: error });
  }
  return error;
}

/** The service's code of an SDK error ("ValidationError", "NoSuchKey"), for callers that expect one. */
export function awsErrorCode(error: unknown): string {
  if (!(error instanceof Error)) return "";
  // Without a body (HEAD requests) the SDK has only the status to name the error by.
  if ("Code" in error && typeof error.Code === "string") return error.Code;
  return "code" in error && typeof error.code === "string" ? error.code : error.name;
}

/** S3 says in a member of its own where a bucket is; the region is in the host's name. */
function endpointOf(error: unknown): string {
  const host = error instanceof Error && "Endpoint" in error ? String(error.Endpoint) : "";
  const region = /\bs3[.-]([a-z0-9-]+)\.amazonaws\.com/.exec(host)?.[1];
  return region === undefined ? "" : ` expecting '${region}'`;
}

function faultOf(error: unknown, call: AwsCall): Fault {
  const message = error instanceof Error ? error.message : String(error);
  const metadata = error instanceof Error && "$metadata" in error ? error.$metadata : {};
  const status = (metadata as { httpStatusCode?: number } | undefined)?.httpStatusCode ?? 0;
  return { code: awsErrorCode(error), message: message + endpointOf(error), status, call };
}
