import { DslError } from "../../runtime/core/dsl-error.ts";
import { RESERVED_TAG } from "./identity.ts";

/** CloudFormation's Tag: keys of 1 to 128 characters without the reserved prefix, values up to 256. */
const MAX_KEY = 128;
const MAX_VALUE = 256;
/** CloudFormation takes 50; those of identity.ts are among them. */
const MAX_TAGS = 48;

/** `--tag owner=anna` → {owner: "anna"}; the last one of a key counts. Throws a usage DslError. */
export function parseTags(texts: readonly string[]): Record<string, string> {
  const tags: Record<string, string> = {};
  for (const text of texts) {
    const equals = text.indexOf("=");
    const key = text.slice(0, equals);
    const value = text.slice(equals + 1);
    const problem = problemWith(equals, key, value);
    if (problem !== null) throw badTag(text, problem);
    tags[key] = value;
  }
  if (Object.keys(tags).length > MAX_TAGS) {
    throw badTag(texts.at(-1)!, `a site has at most ${MAX_TAGS} tags`);
  }
  return tags;
}

function problemWith(equals: number, key: string, value: string): string | null {
  if (equals < 1) return "it must have the form KEY=VALUE";
  if (/^aws:/i.test(key)) return "keys that start with aws: are reserved";
  if (RESERVED_TAG.test(key)) return "keys that start with dsl: are dsl's own";
  if (key.length > MAX_KEY) return `its key has more than ${MAX_KEY} characters`;
  if (value.length > MAX_VALUE) return `its value has more than ${MAX_VALUE} characters`;
  const wrong = /[^\p{L}\p{Z}\p{N}_.:/=+\-@]/u.exec(key + value)?.[0];
  return wrong === undefined ? null : `"${wrong}" is not allowed in tags`;
}

function badTag(text: string, problem: string): DslError {
  return new DslError("invalid_tag", `--tag ${text}: ${problem}`, "--tag owner=data-team", {
    exitCode: 2,
  });
}
