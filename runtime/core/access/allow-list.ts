/**
 * Who may come in of those who sign in with a provider: addresses, domains, or anyone. An entry and an address
 * are compared in one spelling, which both are brought into here. Pure.
 */
import { domainToASCII } from "node:url";
import type { Actor } from "./actor.ts";
import { isGoogle } from "./sign-in-provider.ts";

/** As an entry: whoever the provider knows. */
export const ANYONE = "anyone";

/** Of an address, before its last @. */
const LOCAL_PART = /^[^\s@"(),:;<>[\]\\]{1,64}$/;
/** Of a host name in any language; nothing that an address of the web could have besides. */
const DOMAIN = /^(?=.{1,253}$)[\p{L}\p{M}\p{N}-]+(\.[\p{L}\p{M}\p{N}-]+)+$/u;
const TOP_LEVEL = /\.(?!\d+$)[a-z\d-]+$/;

/** An address, a domain such as `@example.com`, or `anyone`, in the spelling that is compared; null for neither. */
export function allowEntry(text: string): string | null {
  const entry = text.trim();
  if (entry.toLowerCase() === ANYONE) return ANYONE;
  if (!entry.startsWith("@")) return comparableAddress(entry);
  const domain = comparableDomain(entry.slice(1));
  return domain === null ? null : `@${domain}`;
}

/** In the spelling that is compared: ASCII letters are small, the domain is as DNS has it; null for no address. */
export function comparableAddress(address: string): string | null {
  const at = address.lastIndexOf("@");
  const [local, domain] = [address.slice(0, at), comparableDomain(address.slice(at + 1))];
  // Letters of other alphabets that become ASCII ones when they are made small stay what they are.
  const small = local.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
  return at < 0 || domain === null || !LOCAL_PART.test(local) ? null : `${small}@${domain}`;
}

/**
 * `entries` as `allowEntry` returns them. Judged is an address that the provider has checked, and `hd`, the domain
 * whose administrator has made the account, as Google says. A domain is what follows the last @, and none below it.
 */
export function isAllowed(
  { email, hd }: Actor,
  entries: readonly string[],
  issuer: string,
): boolean {
  if (entries.includes(ANYONE)) return true;
  if (typeof email !== "string") return false;
  if (entries.includes(email)) return true;
  const domain = email.slice(email.lastIndexOf("@") + 1);
  return entries.includes(`@${domain}`) && (!isGoogle(issuer) || isOfGoogle(domain, hd));
}

/**
 * Whoever once had an address of a domain may have made a Google account of their own with it. Google speaks for
 * its own addresses and those that it keeps for the domain:
 * https://developers.google.com/identity/sign-in/web/backend-auth#verify-the-integrity-of-the-id-token
 */
function isOfGoogle(domain: string, hd: unknown): boolean {
  return domain === "gmail.com" || (typeof hd === "string" && comparableDomain(hd) === domain);
}

function comparableDomain(domain: string): string | null {
  if (!DOMAIN.test(domain)) return null;
  const ascii = domainToASCII(domain).toLowerCase();
  return TOP_LEVEL.test(ascii) ? ascii : null;
}
