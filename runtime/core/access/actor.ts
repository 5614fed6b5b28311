/**
 * Who asks: a JSON object, as Datasette's actors are
 * (https://docs.datasette.io/en/latest/authentication.html#actors). What `allow` blocks are compared with,
 * and what `/-/actor.json` tells.
 */
import { asObject, InvalidData } from "../format/check.ts";
import type { ReadScope } from "./read-scopes.ts";

export interface Actor {
  /**
   * `password` for whoever knows the site's, `token:NAME` for programs, `owner` for the command line; what the
   * provider says for whoever signed in there.
   */
  readonly id: string;
  /** Values of JSON, such as `email`, `name` and `groups`. */
  readonly [key: string]: unknown;
}

/** Somebody who has said who it is. */
export interface Identity {
  actor: Actor;
  /** What a program's token reads at most; absent: all that its actor may. */
  scopes?: readonly ReadScope[] | undefined;
}

/** Of everybody who knows the site's password. */
export const BY_PASSWORD: Actor = { id: "password" };

/** Of the command line, for a moment. */
export const BY_OWNER: Actor = { id: "owner" };

/** Whether somebody signed in with a provider, and has to be on its list: all but those that we name ourselves. */
export function isFromProvider({ id }: Actor): boolean {
  return id !== BY_PASSWORD.id && id !== BY_OWNER.id && !id.startsWith("token:");
}

/** Bytes of JSON. A cookie has room for 4,096 with its name, its end and a signature, in base64. */
export const LARGEST_ACTOR = 2400;

/** Throws InvalidData for what is no object with an `id`, and for what is larger than an actor may be. */
export function parseActor(value: unknown, where: string): Actor {
  const actor = asObject(value, where);
  const { id } = actor;
  if (typeof id !== "string" || id === "") {
    throw new InvalidData(`${where}.id is not a string with something in it`);
  }
  const bytes = Buffer.byteLength(JSON.stringify(actor));
  if (bytes > LARGEST_ACTOR) {
    throw new InvalidData(`${where} has ${bytes} bytes, ${LARGEST_ACTOR} are the most`);
  }
  return { ...actor, id };
}
