/** Who may see a site: nobody is asked, those who know a password, those who sign in with a provider. Pure. */
import { ANYONE } from "../../runtime/core/access/allow-list.ts";
import { providerName } from "../../runtime/core/access/sign-in-provider.ts";
import type { StoredAccess } from "../../runtime/core/access/stored-access.ts";
import { DslError } from "../../runtime/core/dsl-error.ts";
import type { AccessFlags } from "../options/access-options.ts";

/** Without what is secret. Neither of both: everybody. */
export interface Viewers {
  /** Those who know the password. */
  password: boolean;
  signIn: SignInRules | null;
}

export interface SignInRules {
  /** As it was typed, or as it calls itself. */
  issuer: string;
  clientId: string;
  /** As `allowEntry` writes them. */
  allow: readonly string[];
  scopes: readonly string[];
}

export const EVERYBODY: Viewers = { password: false, signIn: null };

/** What was asked for; absent is as it is. */
export type ViewersWanted = Omit<AccessFlags, "passwordFile" | "signInClientSecretFile">;

/** Of so many is said who they are. */
const SHOWN = 3;

export function isPublic({ password, signIn }: Viewers): boolean {
  return !password && signIn === null;
}

export function isSameViewers(one: Viewers, other: Viewers): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** Whether both are the same issuer: some write a slash at its end. */
export function isSameIssuer(one: string, other: string): boolean {
  return one.replace(/\/$/, "") === other.replace(/\/$/, "");
}

/** `isProtected`: what the service stack says; a site that is and has nothing stored waits for a password. */
export function viewersOf(isProtected: boolean, stored: StoredAccess | null): Viewers {
  if (!isProtected) return EVERYBODY;
  if (stored === null) return { password: true, signIn: null };
  const { password, signIn } = stored;
  if (signIn === null) return { password: password !== null, signIn: null };
  const { provider, clientId, allow, scopes } = signIn;
  return {
    password: password !== null,
    signIn: { issuer: provider.issuer, clientId, allow, scopes },
  };
}

/** Throws a DslError for what would open a site by forgetting, and for what is not all there. */
export function viewersWith(site: string, before: Viewers, wanted: ViewersWanted): Viewers {
  const password = wanted.password ?? before.password;
  if (wanted.signIn === false) {
    if (before.signIn !== null && !password && wanted.password === undefined) {
      throw incomplete(
        `Without sign-in, everybody may see ${site}`,
        "--no-password as well, if that is meant; or --password",
      );
    }
    return { password, signIn: null };
  }
  const signIn = signInWith(site, before.signIn, wanted);
  return { password, signIn };
}

function signInWith(
  site: string,
  before: SignInRules | null,
  { signIn, signInClientId, signInAllow, signInScope }: ViewersWanted,
): SignInRules | null {
  const issuer = signIn || before?.issuer;
  const says = signInClientId ?? signInAllow?.[0] ?? signInScope?.[0];
  if (issuer === undefined) {
    if (says === undefined) return null;
    throw incomplete(
      `Nobody signs in with a provider at ${site}, so ${says} says nothing`,
      "--sign-in with the provider's issuer, such as https://accounts.google.com, or github",
    );
  }
  const isSame = before !== null && isSameIssuer(issuer, before.issuer);
  const clientId = signInClientId ?? (isSame ? before.clientId : undefined);
  if (clientId === undefined) {
    throw incomplete(
      `${issuer} knows ${site} by a client id, which nobody has said`,
      "--sign-in-client-id with what the provider calls the site; docs/access.md says where it is",
    );
  }
  const allow = [...new Set(signInAllow ?? before?.allow ?? [])];
  if (allow.length === 0) {
    throw incomplete(
      `Nobody said who of those that sign in with ${providerName(issuer)} may see ${site}`,
      "--sign-in-allow ann@example.com, or --sign-in-allow @example.com; --sign-in-allow anyone lets in everybody who has an account there",
    );
  }
  const scopes = signInScope ?? (isSame ? before.scopes : []);
  return { issuer: isSame ? before.issuer : issuer, clientId, allow, scopes };
}

/** "those at @example.com who sign in with Google, or who knows the password" */
export function describeViewers({ password, signIn }: Viewers): string {
  const ways = [
    ...(signIn === null ? [] : [describeSignIn(signIn)]),
    ...(password ? ["who knows the password"] : []),
  ];
  return ways.length === 0 ? "everybody (public)" : ways.join(", or ");
}

function describeSignIn({ issuer, allow }: SignInRules): string {
  const signing = `sign in with ${providerName(issuer)}`;
  if (allow.includes(ANYONE)) return `all who ${signing}`;
  const names = allow.map((entry) => (entry.startsWith("@") ? `those at ${entry}` : entry));
  const more = names.length - SHOWN;
  const shown = more > 0 ? [...names.slice(0, SHOWN), `${more} more`] : names;
  const [last = "", ...others] = shown.reverse();
  const all = others.length === 0 ? last : `${others.reverse().join(", ")} and ${last}`;
  // Two words for one person, who signs in.
  const isOne = allow.length === 1 && !allow[0]!.startsWith("@");
  return isOne ? `${all}, who signs in with ${providerName(issuer)}` : `${all} who ${signing}`;
}

function incomplete(message: string, hint: string): DslError {
  return new DslError("sign_in", message, hint, { exitCode: 2 });
}
