import { describe, expect, test } from "vitest";
import { ACCESS_OPTIONS } from "../../../src/options/access-options.ts";
import { readText } from "../../../src/options/read-text.ts";
import {
  describeViewers,
  EVERYBODY,
  type Viewers,
  type ViewersWanted,
  viewersOf,
  viewersWith,
} from "../../../src/plan/viewers.ts";

const GOOGLE = "https://accounts.google.com";
const WITH_PASSWORD: Viewers = { password: true, signIn: null };
const signIn = { issuer: GOOGLE, clientId: "id", allow: ["@example.com"], scopes: [] };
const WITH_GOOGLE: Viewers = { password: false, signIn };
const ASKED = { signIn: GOOGLE, signInClientId: "id", signInAllow: ["@example.com"] };

const after = (before: Viewers, wanted: ViewersWanted) => viewersWith("shop", before, wanted);

test.each<[string, Viewers, ViewersWanted, Viewers]>([
  ["nothing said: as it is", WITH_GOOGLE, {}, WITH_GOOGLE],
  ["nothing said of a public site", EVERYBODY, {}, EVERYBODY],
  ["sign-in, complete", EVERYBODY, ASKED, WITH_GOOGLE],
  ["sign-in beside the password", WITH_PASSWORD, ASKED, { password: true, signIn }],
  ["a password beside sign-in", WITH_GOOGLE, { password: true }, { password: true, signIn }],
  [
    "only the list",
    WITH_GOOGLE,
    { signInAllow: ["anyone"] },
    { password: false, signIn: { ...signIn, allow: ["anyone"] } },
  ],
  [
    "somebody twice",
    WITH_GOOGLE,
    { signInAllow: ["@a.example", "@a.example"] },
    { password: false, signIn: { ...signIn, allow: ["@a.example"] } },
  ],
  ["the issuer as it is, with a slash", WITH_GOOGLE, { signIn: `${GOOGLE}/` }, WITH_GOOGLE],
  [
    "another issuer with its client keeps the list",
    WITH_GOOGLE,
    { signIn: "github", signInClientId: "Iv1" },
    { password: false, signIn: { ...signIn, issuer: "github", clientId: "Iv1" } },
  ],
  ["no password, but sign-in", { password: true, signIn }, { password: false }, WITH_GOOGLE],
  ["no sign-in, but a password", { password: true, signIn }, { signIn: false }, WITH_PASSWORD],
  ["neither, both said", WITH_GOOGLE, { signIn: false, password: false }, EVERYBODY],
  ["no sign-in where there is none", WITH_PASSWORD, { signIn: false }, WITH_PASSWORD],
])("%s", (_name, before, wanted, expected) => {
  expect(after(before, wanted)).toEqual(expected);
});

test.each<[string, Viewers, ViewersWanted, string]>([
  ["it would be open", WITH_GOOGLE, { signIn: false }, "Without sign-in, everybody may see shop"],
  ["no client", EVERYBODY, { signIn: GOOGLE }, "knows shop by a client id, which nobody has said"],
  [
    "another issuer without its client",
    WITH_GOOGLE,
    { signIn: "github" },
    "github knows shop by a client id",
  ],
  [
    "no list",
    EVERYBODY,
    { ...ASKED, signInAllow: undefined },
    "Nobody said who of those that sign in with Google",
  ],
  [
    "an empty list",
    WITH_GOOGLE,
    { signInAllow: [] },
    "Nobody said who of those that sign in with Google",
  ],
  [
    "a list of nothing",
    EVERYBODY,
    { signInAllow: ["@example.com"] },
    "so @example.com says nothing",
  ],
  ["a client of nothing", WITH_PASSWORD, { signInClientId: "id" }, "so id says nothing"],
])("%s: a sentence", (_name, before, wanted, says) => {
  expect(() => after(before, wanted)).toThrow(says);
});

test.each<[Viewers, string]>([
  [EVERYBODY, "everybody (public)"],
  [WITH_PASSWORD, "who knows the password"],
  [WITH_GOOGLE, "those at @example.com who sign in with Google"],
  [
    { password: true, signIn },
    "those at @example.com who sign in with Google, or who knows the password",
  ],
  [
    { password: false, signIn: { ...signIn, issuer: "github", allow: ["ann@example.com"] } },
    "ann@example.com, who signs in with GitHub",
  ],
  [
    {
      password: false,
      signIn: {
        ...signIn,
        issuer: "https://login.example.com/x",
        allow: ["a@x.example", "b@x.example", "c@x.example", "d@x.example", "e@x.example"],
      },
    },
    "a@x.example, b@x.example, c@x.example and 2 more who sign in with login.example.com",
  ],
  [
    { password: false, signIn: { ...signIn, allow: ["@example.com", "anyone"] } },
    "all who sign in with Google",
  ],
])("in words: %#", (viewers, words) => {
  expect(describeViewers(viewers)).toBe(words);
});

test("a closed site that has nothing stored waits for a password", () => {
  expect(viewersOf(true, null)).toEqual(WITH_PASSWORD);
  expect(viewersOf(false, null)).toEqual(EVERYBODY);
});

describe("what is typed", () => {
  const read = (name: string, text: string) =>
    readText(ACCESS_OPTIONS.find((option) => option.name === name)!.kind, text);

  test.each([
    ["sign-in", "GitHub", "github"],
    ["sign-in", GOOGLE, GOOGLE],
    ["sign-in", "http://127.0.0.1:4000", "http://127.0.0.1:4000"],
    ["sign-in-allow", "Ann@Example.com", ["ann@example.com"]],
    ["sign-in-scope", "read:org", ["read:org"]],
  ])("--%s %s", (name, text, value) => {
    expect(read(name, text)).toEqual(value);
  });

  test.each([
    ["sign-in", "google"],
    ["sign-in", "http://example.com"],
    ["sign-in", "https://me:secret@example.com"],
    ["sign-in-allow", "example.com"],
    ["sign-in-allow", "@com"],
    ["sign-in-scope", "read:org user"],
    ["sign-in-client-id", ""],
  ])("--%s %j is refused", (name, text) => {
    expect(() => read(name, text)).toThrow("It must be");
  });
});
