/** The options of `update-stack` about who may see the site: docs/access.md. */
import { InvalidArgumentError } from "commander";
import { allowEntry } from "../../runtime/core/access/allow-list.ts";
import { GITHUB, isSafeAddress } from "../../runtime/core/access/sign-in-provider.ts";
import type { Option } from "./option.ts";

export interface AccessFlags {
  /** Whoever knows a password may see the site; false: not by that; absent: as it is deployed. */
  password?: boolean;
  passwordFile?: string;
  /** The issuer with which people sign in, or `github`; false: no more; absent: as it is deployed. */
  signIn?: string | false;
  signInClientId?: string;
  signInClientSecretFile?: string;
  /** As `allowEntry` writes them. */
  signInAllow?: string[];
  signInScope?: string[];
}

export const ACCESS_OPTIONS: readonly Option[] = [
  {
    name: "password",
    help: "only those may see the site who know a password, which is asked for",
    kind: { type: "switch" },
    defaultIs: "none",
    isKept: true,
    negated: "no password lets anybody in: everybody may see the site, or who signs in",
  },
  {
    name: "password-file",
    value: "<path>",
    help: "with --password: it is the first line of this file",
    kind: { type: "path" },
  },
  {
    name: "sign-in",
    value: "<issuer>",
    help: "only those may see the site who sign in with this issuer of OpenID Connect, or with github",
    negated: "nobody signs in with a provider any more",
    kind: { type: "text", read: readIssuer },
    isKept: true,
  },
  {
    name: "sign-in-client-id",
    value: "<id>",
    help: "what the provider calls this site",
    kind: { type: "text", pattern: /^\S{1,255}$/, mustBe: "It must be as the provider says." },
    isKept: true,
  },
  {
    name: "sign-in-client-secret-file",
    value: "<path>",
    help: "the client's secret is the first line of this file; asked for otherwise",
    kind: { type: "path" },
  },
  {
    name: "sign-in-allow",
    value: "<who>",
    help: "ann@example.com, @example.com or anyone may see the site (repeatable)",
    kind: { type: "list", read: readAllowed },
    isKept: true,
  },
  {
    name: "sign-in-scope",
    value: "<scope>",
    help: "a scope to ask the provider for besides, such as read:org (repeatable)",
    kind: { type: "list", read: readScope },
    key: "sign-in-scopes",
    isKept: true,
  },
];

function readIssuer(text: string): string {
  if (text.toLowerCase() === GITHUB.issuer) return GITHUB.issuer;
  if (isSafeAddress(text)) return text;
  throw new InvalidArgumentError(
    "It must be an issuer of OpenID Connect, such as https://accounts.google.com, or the word github.",
  );
}

function readAllowed(text: string): string {
  const entry = allowEntry(text);
  if (entry !== null) return entry;
  throw new InvalidArgumentError(
    "It must be an address (ann@example.com), a domain (@example.com), or anyone.",
  );
}

/** https://www.rfc-editor.org/rfc/rfc6749#section-3.3 */
function readScope(text: string): string {
  if (/^[\x21\x23-\x5b\x5d-\x7e]{1,200}$/.test(text)) return text;
  throw new InvalidArgumentError("It must be one word, such as read:org or groups.");
}
