/**
 * Sessions: who has signed in, until when, and a signature (HMAC-SHA256) that only the site's key makes.
 * Nothing of them is stored; they end with the key.
 */
import { createHmac, timingSafeEqual } from "node:crypto";
import { asCount, asObject, InvalidData, parseJson } from "../format/check.ts";
import { type Actor, parseActor } from "./actor.ts";

export interface Session {
  actor: Actor;
  /** Milliseconds since 1970. */
  until: number;
}

/** Another use of the same key could never be taken for a session. */
const PURPOSE = "dsl session 2\0";

/** "PAYLOAD.SIGNATURE", both in base64url. Throws InvalidData for an actor that `openSession` would refuse. */
export function signSession({ actor, until }: Session, key: Uint8Array): string {
  const session = { actor: parseActor(actor, "actor"), until };
  const payload = Buffer.from(JSON.stringify(session)).toString("base64url");
  return `${payload}.${signature(payload, key).toString("base64url")}`;
}

/** null for what was not signed with this key, and for a session that is over. */
export function openSession(text: string, key: Uint8Array, now: number): Session | null {
  const [payload = "", signed = "", ...more] = text.split(".");
  if (more.length > 0) return null;
  const given = Buffer.from(signed, "base64url");
  const expected = signature(payload, key);
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return null;
  const session = parseSession(Buffer.from(payload, "base64url").toString());
  return session !== null && session.until > now ? session : null;
}

function signature(payload: string, key: Uint8Array): Buffer {
  return createHmac("sha256", key).update(PURPOSE).update(payload).digest();
}

function parseSession(text: string): Session | null {
  try {
    const { actor, until } = asObject(parseJson(text, "session"), "session");
    return { actor: parseActor(actor, "actor"), until: asCount(until, "until") };
  } catch (error) {
    if (error instanceof InvalidData) return null;
    throw error;
  }
}
