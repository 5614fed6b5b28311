import { AwsFault } from "../../common/service.ts";

/** The error that CloudFormation gives for a bad template, parameter or request. */
export function validationError(message: string): AwsFault {
  return new AwsFault("ValidationError", message);
}
