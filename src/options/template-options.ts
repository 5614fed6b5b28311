/** Options that become properties of resources, besides those that are parameters of a template. */
import { InvalidArgumentError } from "commander";
import type { Option } from "./option.ts";
import { readText } from "./read-text.ts";
import { LAYER_ARN_KIND } from "./shared-options.ts";

/** As a command gets them; `none` takes back what an earlier run said. */
export interface TemplateFlags {
  subnet?: string[];
  securityGroup?: string[];
  addLayer?: string[];
  variable?: Record<string, string>;
  logFormat?: "text" | "json";
  corsOrigin?: string[];
  corsHeader?: string[];
  corsMaxAge?: number;
  /** By property; null takes it back. */
  set?: Record<string, unknown>;
}

export const TEMPLATE_OPTIONS: readonly Option[] = [
  {
    name: "subnet",
    value: "<id>",
    help: "run the function in this subnet of a VPC, or none (repeatable)",
    kind: {
      type: "list",
      read: (text) => matching(text, /^(subnet-[0-9a-f]+|none)$/, "subnet-0123456789abcdef0"),
    },
    key: "subnets",
    isKept: true,
  },
  {
    name: "security-group",
    value: "<id>",
    help: "of the function in a VPC (repeatable)",
    kind: {
      type: "list",
      read: (text) => matching(text, /^sg-[0-9a-f]+$/, "sg-0123456789abcdef0"),
    },
    key: "security-groups",
    isKept: true,
  },
  {
    name: "add-layer",
    value: "<arn>",
    help: "one more layer of the function, or none (repeatable, at most 4)",
    kind: {
      type: "list",
      read: (text) => (text === "none" ? text : readText(LAYER_ARN_KIND, text)),
    },
    key: "add-layers",
    isKept: true,
  },
  {
    name: "variable",
    value: "<name=value>",
    help: "environment variable of the function; without a value it goes (repeatable)",
    kind: {
      type: "map",
      divider: "=",
      read: (name, value) => [matching(name, /^[A-Za-z]\w+$/, "NODE_OPTIONS"), value],
      mustBe: "It must be of the form NAME=VALUE.",
    },
    key: "variables",
    isKept: true,
  },
  {
    name: "log-format",
    value: "<format>",
    help: "of the lines of the function's log",
    kind: { type: "choice", among: ["text", "json"] },
    default: "text",
    isKept: true,
  },
  {
    name: "cors-origin",
    value: "<origin>",
    help: "let pages of this site read, or none; API Gateway says so (repeatable)",
    kind: {
      type: "list",
      read: (text) => matching(text, /^(\*|none|https?:\/\/[^/\s]+)$/, "https://example.com"),
    },
    key: "cors-origins",
    isKept: true,
  },
  {
    name: "cors-header",
    value: "<name>",
    help: "a request header that those pages may send (repeatable)",
    kind: { type: "list" },
    key: "cors-headers",
    isKept: true,
  },
  {
    name: "cors-max-age",
    value: "<seconds>",
    help: "how long browsers keep that answer",
    kind: { type: "number", from: 0, to: 86_400 },
    isKept: true,
  },
  {
    name: "set",
    value: "<resource.property=value>",
    help: "set a property in the templates; without a value it is as it was (repeatable)",
    kind: {
      type: "map",
      divider: "=",
      anyValue: true,
      read: (path, text) => [path, text === "" ? null : jsonOrText(text)],
      mustBe: "It must be of the form RESOURCE.PROPERTY=VALUE.",
    },
    isKept: true,
  },
];

function matching(text: string, pattern: RegExp, example: string): string {
  if (pattern.test(text)) return text;
  throw new InvalidArgumentError(`It must look like ${example}.`);
}

/** `512`, `true`, `["a"]` and `{"Ref": "Layer"}` are what they look like in JSON; anything else is text. */
function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
