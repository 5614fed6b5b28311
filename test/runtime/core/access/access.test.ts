import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type Actor, LARGEST_ACTOR } from "../../../../runtime/core/access/actor.ts";
import { hashPassword, isPassword } from "../../../../runtime/core/access/password.ts";
import { openSession, signSession } from "../../../../runtime/core/access/session.ts";
import {
  encodeAccess,
  newAccess,
  parseAccess,
} from "../../../../runtime/core/access/stored-access.ts";

const NOW = Date.parse("2026-11-21T12:00:00Z");
const key = randomBytes(32);

test("a password is known by its hash, and nothing else is", async () => {
  const hash = await hashPassword("correct horse");
  expect(hash).not.toContain("horse");
  expect(await isPassword("correct horse", hash)).toBe(true);
  expect(await isPassword("Correct horse", hash)).toBe(false);
  expect(await isPassword("", hash)).toBe(false);
});

test("the same password has another hash each time", async () => {
  expect(await hashPassword("correct horse")).not.toBe(await hashPassword("correct horse"));
});

test("é is the same password however it was typed", async () => {
  expect(await isPassword("cafe\u0301 noir", await hashPassword("caf\u00e9 noir"))).toBe(true);
});

test("what is no hash is an error, not a password that is wrong", async () => {
  await expect(isPassword("x", "md5$1$1$1$$")).rejects.toThrow("not a hash that this dsl knows");
});

test("what is stored can be read again", async () => {
  const access = await newAccess("correct horse");
  expect(parseAccess(encodeAccess(access))).toEqual(access);
});

test.each(["", "{}", '{"password":"x","key":"AAAA"}', '{"key":1}'])("%j is refused", (text) => {
  expect(() => parseAccess(text)).toThrow();
});

test("a session is good until its end, for its own key", () => {
  const text = signSession({ actor: { id: "password" }, until: NOW }, key);
  expect(openSession(text, key, NOW - 1)).toEqual({ actor: { id: "password" }, until: NOW });
  expect(openSession(text, key, NOW)).toBeNull();
  expect(openSession(text, randomBytes(32), NOW - 1)).toBeNull();
});

test("a session carries who it is, whatever the provider says of them", () => {
  const actor = { id: "108", email: "ann@example.com", name: "Ann é", groups: ["staff", "admins"] };
  const text = signSession({ actor, until: NOW }, key);
  expect(openSession(text, key, NOW - 1)?.actor).toEqual(actor);
});

test.each<[string, unknown, string]>([
  ["without an id", { email: "ann@example.com" }, "actor.id is not a string"],
  ["with an empty id", { id: "" }, "actor.id is not a string"],
  ["with a number as id", { id: 1 }, "actor.id is not a string"],
  ["that is no object", ["ann"], "actor is not an object"],
  ["that fits no cookie", { id: "x", groups: Array(300).fill("a group") }, "2400 are the most"],
])("an actor %s has no session", (_name, actor, problem) => {
  expect(() => signSession({ actor: actor as Actor, until: NOW }, key)).toThrow(problem);
});

test("a session with the largest actor fits into a cookie", () => {
  const room = LARGEST_ACTOR - JSON.stringify({ id: "" }).length;
  const text = signSession({ actor: { id: "x".repeat(room) }, until: NOW }, key);
  const site = "n".repeat(64);
  expect(`__Host-dsl-session-${site}=${text}`.length).toBeLessThan(4096);
});

test("a session that was changed anywhere is none", () => {
  const text = signSession({ actor: { id: "password" }, until: NOW }, key);
  const changed = fc
    .tuple(fc.nat({ max: text.length - 1 }), fc.stringMatching(/^[\w.-]$/))
    .map(([at, character]) => text.slice(0, at) + character + text.slice(at + 1));
  fc.assert(
    fc.property(fc.oneof(changed, fc.string()), (other) => {
      const found = openSession(other, key, NOW - 1);
      // The last digit of base64url has bits that say nothing.
      const isSame = other.slice(0, -1) === text.slice(0, -1);
      expect(found === null || isSame).toBe(true);
    }),
  );
});
