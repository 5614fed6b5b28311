import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { GITHUB, type SignIn } from "../../../../../runtime/core/access/sign-in-provider.ts";
import { whoSignedIn } from "../../../../../runtime/site/access/provider/who-signed-in.ts";
import { type FakeProvider, startFakeProvider } from "./fake-provider.ts";

const BEGUN = {
  redirectUri: "https://data.example.com/-/login/callback",
  state: "s",
  nonce: "n",
  verifier: "v".repeat(43),
};
const SENT = new URLSearchParams({ code: "the code", state: "s" });

let github: FakeProvider;
let signIn: SignIn;

beforeAll(async () => {
  github = await startFakeProvider();
});
afterAll(() => github.close());
beforeEach(() => {
  signIn = {
    provider: {
      ...GITHUB,
      token_endpoint: `${github.url}/login/oauth/access_token`,
      api: github.url,
    },
    clientId: "Iv1",
    clientSecret: "s3cret",
    scopes: [],
    allow: [],
    origins: [],
  };
  github.asked.length = 0;
  Object.assign(github.answers, {
    "/login/oauth/access_token": () => ({
      access_token: "gho_1",
      scope: "read:user,user:email",
      token_type: "bearer",
    }),
    "/user": () => ({ id: 583231, login: "octocat", name: null, email: "shown@example.com" }),
    "/user/emails": () => [
      { email: "other@example.com", primary: false, verified: true, visibility: null },
      { email: "Octocat@GitHub.com", primary: true, verified: true, visibility: "public" },
    ],
    "/user/orgs": () => [{ login: "acme" }, { login: "datasette" }],
  });
});

const who = () => whoSignedIn(signIn, SENT, BEGUN);

test("somebody is known by the primary address that GitHub has checked", async () => {
  expect(await who()).toEqual({
    id: "octocat@github.com",
    email: "octocat@github.com",
    name: "octocat",
  });
  const [token, user] = github.asked;
  expect(Object.fromEntries(token!.body)).toMatchObject({
    code: "the code",
    client_id: "Iv1",
    client_secret: "s3cret",
    code_verifier: BEGUN.verifier,
  });
  expect(token!.headers.accept).toBe("application/json");
  expect(user!.headers).toMatchObject({ authorization: "Bearer gho_1", "user-agent": "dsl" });
  expect(github.asked.map(({ path }) => path)).not.toContain("/user/orgs");
});

test("organisations are groups where the scope was asked for", async () => {
  signIn.scopes = ["read:org"];
  expect((await who()).groups).toEqual(["acme", "datasette"]);
});

test("without a checked primary address somebody is a number, which no other login gets", async () => {
  github.answers["/user/emails"] = () => [
    { email: "ann@example.com", primary: true, verified: false },
  ];
  expect(await who()).toEqual({ id: "sub:583231", name: "octocat" });
});

test.each<[string, string, () => unknown]>([
  [
    "an error with status 200",
    "/login/oauth/access_token",
    () => ({ error: "bad_verification_code" }),
  ],
  ["no user", "/user", () => ({ message: "Bad credentials" })],
  ["no list of addresses", "/user/emails", () => ({})],
])("%s lets nobody in", async (_name, path, answer) => {
  github.answers[path] = answer;
  await expect(who()).rejects.toThrow();
});
