import { z } from "zod";

/** A name, or an ARN. */
export const changeSetName = z
  .string()
  .regex(
    /^([a-zA-Z][-a-zA-Z0-9]{0,127}|arn:[-a-zA-Z0-9:/]*)$/,
    "Member must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*|arn:[-a-zA-Z0-9:/]*",
  );
