/**
 * What a site that is not public keeps in SSM's Parameter Store, encrypted: the password's hash, where else
 * people sign in, and the key that sessions are signed with. Written by the command line, read by the function.
 */
import { randomBytes } from "node:crypto";
import { asNull, asObject, asString, InvalidData, parseJson } from "../format/check.ts";
import { hashPassword } from "./password.ts";
import { parseSignIn, type SignIn } from "./sign-in-provider.ts";

export interface StoredAccess {
  /** As `hashPassword` writes it; null: no password lets anybody in. */
  password: string | null;
  /** null: nobody signs in elsewhere. */
  signIn: SignIn | null;
  /** 32 random bytes, new with each password, issuer or client: all sessions end. */
  key: Buffer;
}

const KEY_BYTES = 32;

/** Name of the parameter. `site` is the stack name. */
export function accessParameter(site: string): string {
  return `/dsl/${site}/access`;
}

export function newKey(): Buffer {
  return randomBytes(KEY_BYTES);
}

/** A site that a password alone lets in to. */
export async function newAccess(password: string): Promise<StoredAccess> {
  return { password: await hashPassword(password), signIn: null, key: newKey() };
}

export function encodeAccess({ password, signIn, key }: StoredAccess): string {
  return JSON.stringify({ password, key: key.toString("base64"), ...(signIn && { signIn }) });
}

/** Throws InvalidData. */
export function parseAccess(text: string): StoredAccess {
  const stored = asObject(parseJson(text, "the stored password"), "the stored password");
  const key = Buffer.from(asString(stored.key, "key"), "base64");
  if (key.length !== KEY_BYTES) throw new InvalidData(`key has ${key.length} bytes`);
  return {
    password: asNull(stored.password, "password", asString),
    signIn: asNull(stored.signIn ?? null, "signIn", parseSignIn),
    key,
  };
}
