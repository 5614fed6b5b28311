/** Options that several commands have. */
import type { Kind, Option } from "./option.ts";

/** The values of TARGET_OPTIONS, as a command gets them. */
export interface TargetFlags {
  local?: boolean;
  region?: string;
  profile?: string;
}

export const REGION: Option = {
  name: "region",
  value: "<region>",
  help: "AWS region",
  kind: { type: "text" },
  defaultIs: "AWS_REGION or the profile's",
  environment: "AWS_REGION",
};

export const PROFILE: Option = {
  name: "profile",
  value: "<profile>",
  help: "profile of ~/.aws/config",
  kind: { type: "text" },
  defaultIs: "AWS_PROFILE",
  environment: "AWS_PROFILE",
};

export const LOCAL: Option = { name: "local", help: "on the local AWS", kind: { type: "switch" } };

/** Where a site is. */
export const TARGET_OPTIONS: readonly Option[] = [LOCAL, REGION, PROFILE];

export const YES: Option = {
  name: "yes",
  short: "y",
  help: "do not ask",
  kind: { type: "switch" },
  key: null,
};

export const FOLLOW: Option = {
  name: "follow",
  short: "f",
  help: "go on until Ctrl-C",
  kind: { type: "switch" },
  key: null,
};

/** Of every command that goes by dsl.yaml. */
export const FILE_OPTIONS: readonly Option[] = [
  {
    name: "file",
    value: "<path>",
    help: "the file with the site's options",
    kind: { type: "path" },
    key: null,
    defaultIs: "dsl.yaml, if it is here",
    environment: "DSL_FILE",
  },
  {
    name: "env",
    value: "<name>",
    help: "one of the environments in that file",
    kind: { type: "text" },
    key: null,
    environment: "DSL_ENV",
  },
];

/** Of every command; `createTerminal` reads them from the raw arguments. */
export const OUTPUT_OPTIONS: readonly Option[] = [
  {
    name: "json",
    help: "events as NDJSON on stdout, one object a line",
    kind: { type: "switch" },
    key: null,
  },
  {
    name: "quiet",
    help: "print only the result, warnings and errors",
    kind: { type: "switch" },
    key: null,
  },
];

export const ROLE_ARN: Option = {
  name: "role-arn",
  value: "<arn>",
  help: "role that CloudFormation works as",
  kind: arn(/^arn:aws[\w-]*:iam::\d{12}:role\/\S+$/, "arn:aws:iam::123456789012:role/deploy"),
};

/** ARNs of layer versions. */
export const LAYER_ARN_KIND = arn(
  /^arn:aws[\w-]*:lambda:[a-z0-9-]+:\d{12}:layer:[\w-]+:\d+$/,
  "arn:aws:lambda:eu-central-1:123456789012:layer:dsl-arm64:3",
);

function arn(pattern: RegExp, example: string): Kind & { type: "text" } {
  return { type: "text", pattern, mustBe: `It must be an ARN such as ${example}.` };
}
