/** The options of `update-stack` about domains: docs/domains.md. */
import { InvalidArgumentError } from "commander";
import type { Option } from "./option.ts";
import { readDomain } from "./read-domain.ts";

/** As the command gets them; absent: as it is deployed. */
export interface DomainFlags {
  /** The first is the one that links name; false: none any more. */
  domain?: string[] | false;
  /** Domains from which visitors are sent to the first one; false: none any more. */
  redirect?: string[] | false;
  /** Ids of zones in Route 53 where there are several of a name, or `none`. */
  hostedZone?: string[];
  /** ARN; `own`: the one that dsl asks for. */
  certificate?: string;
}

export const DOMAIN_OPTIONS: readonly Option[] = [
  {
    name: "domain",
    value: "<name>",
    help: "serve the site at this domain (repeatable; the first is the site's address)",
    negated: "serve it at its own address alone",
    kind: { type: "list", read: readDomain },
    key: "domains",
    isKept: true,
  },
  {
    name: "redirect",
    value: "<name>",
    help: "send visitors of this domain to the first --domain (repeatable)",
    negated: "redirect from no other domain",
    kind: { type: "list", read: readDomain },
    key: "redirects",
    isKept: true,
  },
  {
    name: "hosted-zone",
    value: "<id>",
    help: "the zone in Route 53 that gets the records, or none (repeatable)",
    kind: { type: "list", read: readZone },
    key: "hosted-zones",
    defaultIs: "found by its name",
    isKept: true,
  },
  {
    name: "certificate",
    value: "<arn>",
    help: "a certificate of the account for all of the domains, or own",
    kind: {
      type: "text",
      pattern: /^(arn:aws[\w-]*:acm:[\w-]+:\d{12}:certificate\/[\w-]+|own)$/,
      mustBe: "It must be the ARN of a certificate in ACM, or own.",
    },
    defaultIs: "own, which is asked for",
    isKept: true,
  },
];

function readZone(text: string): string {
  const id = text.replace(/^\/hostedzone\//, "");
  if (id === "none" || /^Z[A-Z0-9]{1,31}$/.test(id)) return id;
  throw new InvalidArgumentError(
    "It must be the id of a hosted zone, such as Z0123456789ABCDEFGHIJ, or none.",
  );
}
