import { DslError } from "../../runtime/core/dsl-error.ts";
import { RESERVED_TAG } from "./identity.ts";

/** CloudFormation's Tag: keys of 1 to 128 characters without the reserved prefix, values up to 256. */
const MAX_KEY = 128;
const MAX_VALUE = 256;
/** CloudFormation takes 50; those of identity.ts are among them. */
const MAX_TAGS = 48;

/** The user's tags, as they are. Throws a usage DslError for one that CloudFormation would not take. */
export function checkTags(tags: Record<string, string>): Record<string, string> {
  const entries = Object.entries(tags);
  for (const [key, value] of entries) {
    const problem = problemWith(key, value);
    if (problem !== null) throw badTag(key, value, problem);
  }
  if (entries.length > MAX_TAGS) {
    throw badTag(...entries.at(-1)!, `a site has at most ${MAX_TAGS} tags`);
  }
  return tags;
}

function problemWith(key: string, value: string): string | null {
  if (/^aws:/i.test(key)) return "keys that start with aws: are reserved";
  if (RESERVED_TAG.test(key)) return "keys that start with dsl: are dsl's own";
  if (key.length > MAX_KEY) return `its key has more than ${MAX_KEY} characters`;
  if (value.length > MAX_VALUE) return `its value has more than ${MAX_VALUE} characters`;
  const wrong = /[^\p{L}\p{Z}\p{N}_.:/=+\-@]/u.exec(key + value)?.[0];
  return wrong === undefined ? null : `"${wrong}" is not allowed in tags`;
}

function badTag(key: string, value: string, problem: string): DslError {
  return new DslError("invalid_tag", `--tag ${key}=${value}: ${problem}`, "--tag owner=data-team", {
    exitCode: 2,
  });
}
