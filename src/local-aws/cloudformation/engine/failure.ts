/** Why a resource failed, in CloudFormation's words. */
import { randomUUID } from "node:crypto";
import { AwsFault } from "../../common/service.ts";

/** A reason that is already worded, such as a failed schema check. */
export class ResourceFailure extends Error {}

/** https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-test-contract-errors.html */
const HANDLER_ERROR_CODES: [pattern: RegExp, code: string][] = [
  [/AlreadyExist|AlreadyOwned|ResourceConflict|^Conflict/, "AlreadyExists"],
  [/NotFound|NoSuch/, "NotFound"],
  [/AccessDenied|Unauthorized/, "AccessDenied"],
  [/Throttling|TooManyRequests|SlowDown|RateExceeded/, "Throttling"],
  [/Invalid|Malformed|BadRequest|Validation/, "InvalidRequest"],
  [/LimitExceeded/, "ServiceLimitExceeded"],
];

/** The status reason of a resource whose handler threw. `service` is the name it says it is. */
export function failureReason(error: unknown, service: string): string {
  if (error instanceof ResourceFailure) return error.message;
  const { message } = error as Error;
  const [code, status] =
    error instanceof AwsFault ? [error.code, error.status] : ["InternalFailure", 500];
  const handlerCode =
    HANDLER_ERROR_CODES.find(([pattern]) => pattern.test(code))?.[1] ?? "GeneralServiceException";
  return `Resource handler returned message: "${message} (Service: ${service}, Status Code: ${status}, Request ID: ${randomUUID()})" (RequestToken: ${randomUUID()}, HandlerErrorCode: ${handlerCode})`;
}
