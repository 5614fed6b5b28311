/** What an issuer answers, and what of it is believed. */
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { SignIn } from "../../../../../runtime/core/access/sign-in-provider.ts";
import { providerFetch } from "../../../../../runtime/site/access/provider/provider-fetch.ts";
import { whoSignedIn } from "../../../../../runtime/site/access/provider/who-signed-in.ts";
import { type FakeProvider, keyPair, makeJwt, startFakeProvider } from "./fake-provider.ts";

const BEGUN = {
  redirectUri: "https://data.example.com/-/login/callback",
  state: "the state",
  nonce: "the nonce",
  verifier: "v".repeat(43),
};
const SENT = new URLSearchParams({ code: "the code", state: BEGUN.state });
const keys = keyPair();
const now = Math.floor(Date.now() / 1000);

let issuer: FakeProvider;
let signIn: SignIn;
let good: Record<string, unknown>;
let idToken: (claims: object) => string;
let token: (idToken: string) => object;

beforeAll(async () => {
  issuer = await startFakeProvider();
});
afterAll(() => issuer.close());
beforeEach(() => {
  good = {
    iss: issuer.url,
    aud: "shop",
    sub: "108",
    iat: now,
    exp: now + 60,
    nonce: BEGUN.nonce,
    email: "Ann@Example.com",
    email_verified: true,
  };
  signIn = {
    provider: {
      issuer: issuer.url,
      authorization_endpoint: `${issuer.url}/authorize`,
      token_endpoint: `${issuer.url}/token`,
      jwks_uri: `${issuer.url}/keys`,
      userinfo_endpoint: `${issuer.url}/me`,
      id_token_signing_alg_values_supported: ["RS256"],
    },
    clientId: "shop",
    clientSecret: "s3cret",
    scopes: [],
    allow: [],
    origins: [],
  };
  idToken = (claims) => makeJwt(claims, keys.privateKey);
  token = (id_token) => ({ access_token: "a", token_type: "Bearer", id_token });
  const jwk = { ...keys.publicKey.export({ format: "jwk" }), kid: "1", alg: "RS256", use: "sig" };
  issuer.answers["/keys"] = () => ({ keys: [jwk] });
  issuer.answers["/token"] = () => token(idToken(good));
  issuer.answers["/me"] = () => ({ sub: "108", email: "me@example.com", email_verified: true });
  issuer.asked.length = 0;
});

const who = () => whoSignedIn(signIn, SENT, BEGUN);

test("the code is exchanged with the client's secret and the verifier", async () => {
  expect(await who()).toEqual({ id: "ann@example.com", email: "ann@example.com" });
  const [{ headers, body }] = issuer.asked as [(typeof issuer.asked)[0]];
  expect(Buffer.from(headers.authorization!.slice(6), "base64").toString()).toBe("shop:s3cret");
  expect(Object.fromEntries(body)).toEqual({
    grant_type: "authorization_code",
    code: "the code",
    redirect_uri: BEGUN.redirectUri,
    code_verifier: BEGUN.verifier,
  });
});

test("an issuer that wants the secret in the body gets it there", async () => {
  signIn.provider.token_endpoint_auth_methods_supported = ["client_secret_post"];
  await who();
  expect(issuer.asked[0]!.headers.authorization).toBeUndefined();
  expect(issuer.asked[0]!.body.get("client_secret")).toBe("s3cret");
});

test("an address that is not in the token is asked for, and believed for the same sub only", async () => {
  const { email: _email, ...without } = good;
  good = without;
  expect((await who()).id).toBe("me@example.com");
  issuer.answers["/me"] = () => ({ sub: "108", email: "me@example.com" });
  expect((await who()).id).toBe("sub:108");
  issuer.answers["/me"] = () => ({ sub: "109", email: "me@example.com", email_verified: true });
  await expect(who()).rejects.toThrow();
});

test.each<[string, () => void]>([
  ["for another client", () => Object.assign(good, { aud: "other" })],
  ["for several, by another party", () => Object.assign(good, { aud: ["shop", "x"], azp: "x" })],
  ["of another issuer", () => Object.assign(good, { iss: "https://evil.example" })],
  ["that is over", () => Object.assign(good, { exp: now - 60 })],
  ["of another sign-in", () => Object.assign(good, { nonce: "other" })],
  ["of no sign-in", () => Object.assign(good, { nonce: undefined })],
  ["without a sub", () => Object.assign(good, { sub: undefined })],
  ["with a sub too long", () => Object.assign(good, { sub: "x".repeat(256) })],
  [
    "signed by somebody else",
    () => {
      const other = keyPair();
      idToken = (claims) => makeJwt(claims, other.privateKey);
    },
  ],
  [
    "signed by nobody",
    () => {
      idToken = (claims) => makeJwt(claims, null);
    },
  ],
  [
    "signed with what everybody knows",
    () => {
      const known = keys.publicKey.export({ format: "pem", type: "spki" }) as string;
      signIn.provider.id_token_signing_alg_values_supported = ["RS256", "HS256"];
      idToken = (claims) => makeJwt(claims, known);
    },
  ],
  [
    "that is missing",
    () => {
      token = () => ({ access_token: "a", token_type: "bearer" });
    },
  ],
])("an ID token %s is nobody's", async (_name, change) => {
  change();
  await expect(who()).rejects.toThrow();
});

test("what the issuer says went wrong is told", async () => {
  issuer.answers["/token"] = (_, response) => {
    response.statusCode = 401;
    return { error: "invalid_client", error_description: "no such client" };
  };
  await expect(who()).rejects.toThrow("the provider answers invalid_client (no such client)");
});

test("a huge answer is not read to its end", async () => {
  issuer.answers["/token"] = (_, response) => {
    response.setHeader("content-type", "application/json");
    response.on("error", () => {});
    response.end(`{"x":"${"x".repeat(5_000_000)}"}`);
  };
  await expect(who()).rejects.toThrow("answers with more than 524288 bytes");
});

test("a redirect is not followed", async () => {
  issuer.answers["/token"] = (_, response) => {
    response.writeHead(307, { location: `${issuer.url}/elsewhere` }).end();
  };
  await expect(who()).rejects.toThrow();
  expect(issuer.asked.map(({ path }) => path)).toEqual(["/token"]);
});

test("whoever answers too late is not waited for", async () => {
  const stop = new AbortController();
  issuer.answers["/slow"] = () => stop.abort();
  const { host } = new URL(issuer.url);
  const asked = providerFetch(stop.signal)(`${issuer.url}/slow`);
  await expect(asked).rejects.toThrow(`${host} took too long`);
});

test.each([
  "http://10.0.0.1/",
  "http://169.254.169.254/latest",
  "file:///etc/passwd",
  "http://localhost.evil.example/",
  "https://user:pw@example.com/",
])("%s is not asked", async (address) => {
  const ask = providerFetch(AbortSignal.timeout(1000));
  await expect(ask(address)).rejects.toThrow("is not an https:// address");
});
