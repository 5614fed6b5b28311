/** https://docs.datasette.io/en/latest/authentication.html#defining-permissions-with-allow-blocks */
import { expect, test } from "vitest";
import type { Actor } from "../../../../runtime/core/access/actor.ts";
import { type Allow, admits } from "../../../../runtime/core/access/allow.ts";

const ANN: Actor = { id: "ann", roles: ["staff", "dev"], email: null, level: 3 };

test.each<[Allow, Actor | null, boolean]>([
  [true, null, true],
  [true, ANN, true],
  [false, ANN, false],
  [{}, null, false],
  [{}, ANN, false],
  [{ id: "ann" }, ANN, true],
  [{ id: "ann" }, null, false],
  [{ id: "ANN" }, ANN, false],
  [{ id: ["bob", "ann"] }, ANN, true],
  [{ id: ["bob"] }, ANN, false],
  [{ id: [] }, ANN, false],
  [{ id: "*" }, ANN, true],
  [{ id: "*" }, null, false],
  [{ id: ["*"] }, ANN, false],
  [{ id: null }, ANN, false],
  [{ email: null }, ANN, false],
  [{ email: "*" }, ANN, true],
  [{ phone: "*" }, ANN, false],
  [{ roles: "staff" }, ANN, true],
  [{ roles: ["boss", "dev"] }, ANN, true],
  [{ roles: ["boss"] }, ANN, false],
  [{ roles: ["boss"], id: "ann" }, ANN, true],
  [{ level: 3 }, ANN, true],
  [{ level: "3" }, ANN, false],
  [{ unauthenticated: true }, null, true],
  [{ unauthenticated: true }, ANN, false],
  [{ unauthenticated: true, id: "*" }, ANN, true],
  [{ unauthenticated: "true" }, null, false],
  [{ unauthenticated: 1 }, null, false],
  [{ unauthenticated: false }, null, false],
  // What every object has is no key of an actor.
  [{ constructor: "*" }, ANN, false],
  [{ toString: "*" }, ANN, false],
])("%j for %j: %s", (allow, actor, isAdmitted) => {
  expect(admits(allow, actor)).toBe(isAdmitted);
});
