/**
 * What a site that needs a password keeps in SSM's Parameter Store, encrypted: the password's hash and the
 * key that sessions are signed with. Written by the command line, read by the function.
 */
import { randomBytes } from "node:crypto";
import { asObject, asString, InvalidData, parseJson } from "../format/check.ts";
import { hashPassword } from "./password.ts";

export interface StoredAccess {
  /** As `hashPassword` writes it. */
  password: string;
  /** 32 random bytes, new with each password: a new password ends all sessions. */
  key: Buffer;
}

const KEY_BYTES = 32;

/** Name of the parameter. `site` is the stack name. */
export function accessParameter(site: string): string {
  return `/dsl/${site}/access`;
}

export async function newAccess(password: string): Promise<StoredAccess> {
  return { password: await hashPassword(password), key: randomBytes(KEY_BYTES) };
}

export function encodeAccess({ password, key }: StoredAccess): string {
  return JSON.stringify({ password, key: key.toString("base64") });
}

/** Throws InvalidData. */
export function parseAccess(text: string): StoredAccess {
  const stored = asObject(parseJson(text, "the stored password"), "the stored password");
  const key = Buffer.from(asString(stored.key, "key"), "base64");
  if (key.length !== KEY_BYTES) throw new InvalidData(`key has ${key.length} bytes`);
  return { password: asString(stored.password, "password"), key };
}
