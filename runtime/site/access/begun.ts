/**
 * A sign-in with a provider that was begun and not finished, which nobody but the browser remembers: one secret
 * in a signed cookie, from which the site's key makes what the provider is sent and must send back.
 */
import { hash, randomBytes } from "node:crypto";
import { isSame, mark, openSigned, sign } from "../../core/access/signed.ts";
import { asCount, asObject, asString, InvalidData } from "../../core/format/check.ts";

export interface BegunSignIn {
  secret: string;
  /** Where to go when it is done. */
  next: string;
  /** Milliseconds since 1970. */
  until: number;
}

/** Seconds; somebody may have to look for a second factor. */
export const BEGUN_SECONDS = 10 * 60;
const PURPOSE = "dsl sign-in begun 1";

/** `now` in milliseconds. */
export function begin(next: string, now: number): BegunSignIn {
  return { secret: randomBytes(32).toString("base64url"), next, until: now + BEGUN_SECONDS * 1000 };
}

export function signBegun(begun: BegunSignIn, key: Uint8Array): string {
  return sign(begun, PURPOSE, key);
}

/** null for what was not signed with this key, and for what was begun too long ago. */
export function openBegun(text: string, key: Uint8Array, now: number): BegunSignIn | null {
  try {
    const { secret, next, until } = asObject(openSigned(text, PURPOSE, key), "sign-in");
    const begun = { secret: asString(secret, "secret"), next: asString(next, "next") };
    return asCount(until, "until") > now ? { ...begun, until: Number(until) } : null;
  } catch (error) {
    if (error instanceof InvalidData) return null;
    throw error;
  }
}

/** What a sign-in sends and expects: https://www.rfc-editor.org/rfc/rfc9700#section-2.1 */
export interface Values {
  state: string;
  nonce: string;
  /** https://www.rfc-editor.org/rfc/rfc7636: it has 43 characters, the fewest there may be. */
  verifier: string;
}

export function valuesOf({ secret }: BegunSignIn, key: Uint8Array): Values {
  const value = (name: string) => mark(secret, `dsl sign-in ${name} 1`, key).toString("base64url");
  return { state: value("state"), nonce: value("nonce"), verifier: value("verifier") };
}

/** What the provider gets of the verifier, beforehand. */
export function challengeOf({ verifier }: Values): string {
  return hash("sha256", verifier, "base64url");
}

/** Takes the same time wherever it differs. */
export function isStateOf(sent: string, { state }: Values): boolean {
  return isSame(Buffer.from(sent), Buffer.from(state));
}
