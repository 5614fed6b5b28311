/**
 * Sessions: who has signed in, until when, and a signature that only the site's key makes. Nothing of them
 * is stored; they end with the key.
 */
import { asCount, asObject, InvalidData } from "../format/check.ts";
import { type Actor, parseActor } from "./actor.ts";
import { openSigned, sign } from "./signed.ts";

export interface Session {
  actor: Actor;
  /** Milliseconds since 1970. */
  until: number;
}

/** Another use of the same key could never be taken for a session. */
const PURPOSE = "dsl session 2";

/** Throws InvalidData for an actor that `openSession` would refuse. */
export function signSession({ actor, until }: Session, key: Uint8Array): string {
  return sign({ actor: parseActor(actor, "actor"), until }, PURPOSE, key);
}

/** null for what was not signed with this key, and for a session that is over. */
export function openSession(text: string, key: Uint8Array, now: number): Session | null {
  const session = parseSession(openSigned(text, PURPOSE, key));
  return session !== null && session.until > now ? session : null;
}

function parseSession(value: unknown): Session | null {
  try {
    const { actor, until } = asObject(value, "session");
    return { actor: parseActor(actor, "actor"), until: asCount(until, "until") };
  } catch (error) {
    if (error instanceof InvalidData) return null;
    throw error;
  }
}
