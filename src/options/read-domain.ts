/** A domain as somebody types it, in the one form that DNS and AWS have for it. */
import { domainToASCII } from "node:url";
import { InvalidArgumentError } from "commander";

/** https://www.rfc-editor.org/rfc/rfc1035#section-2.3.4, less the dot at the end. */
const LONGEST = 253;
const LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/** In lower case, without the dot at its end, letters beyond ASCII as punycode. Throws InvalidArgumentError. */
export function readDomain(text: string): string {
  const typed = text.trim();
  if (/[/:?#@]/.test(typed)) {
    const host = /^(?:[^@/]*@)?([^/:?#@]+)/.exec(typed.replace(/^[\w+.-]+:\/\//, ""))?.[1];
    throw new InvalidArgumentError(
      `It must be the name alone${host === undefined ? "" : `: ${host}`}, without https://, port and path.`,
    );
  }
  if (typed.includes("*")) {
    throw new InvalidArgumentError(
      "It must be one name: wildcards are not served, each domain is named.",
    );
  }
  const name = domainToASCII(typed.replace(/\.$/, "")).toLowerCase();
  const labels = name.split(".");
  const isName =
    name.length <= LONGEST &&
    labels.length > 1 &&
    labels.every((label) => LABEL.test(label)) &&
    /[a-z]/.test(labels.at(-1) ?? "");
  if (isName) return name;
  throw new InvalidArgumentError("It must be the name of a domain, such as data.example.com.");
}
