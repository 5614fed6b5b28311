/** `allow` blocks: https://docs.datasette.io/en/latest/authentication.html#defining-permissions-with-allow-blocks */
import type { Actor } from "./actor.ts";

/** Everybody, nobody, or those of whom a block says so. */
export type Allow = boolean | AllowBlock;

/** A key of actors, and which values of it are let in; `unauthenticated` is of those who are nobody. */
export type AllowBlock = Readonly<Record<string, unknown>>;

/** `actor` is null for whoever has not said who it is. One key that matches is enough. */
export function admits(allow: Allow, actor: Actor | null): boolean {
  if (typeof allow === "boolean") return allow;
  if (actor === null) return allow.unauthenticated === true;
  return Object.entries(allow).some(([key, wanted]) => {
    if (!Object.hasOwn(actor, key)) return false;
    if (wanted === "*") return true;
    const values = asList(actor[key]);
    return asList(wanted).some((each) => each !== null && values.includes(each));
  });
}

function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}
