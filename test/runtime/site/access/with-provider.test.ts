/** A site where people sign in with a provider of OpenID Connect: a real one, and everything that is not as it should be. */
import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { signSession } from "../../../../runtime/core/access/session.ts";
import type { SignIn } from "../../../../runtime/core/access/sign-in-provider.ts";
import type { Access } from "../../../../runtime/site/access/door.ts";
import {
  CLIENT,
  type IdentityProvider,
  startIdentityProvider,
} from "../../../identity-provider.ts";
import { quickHash } from "../quick-hash.ts";
import { type TemporarySite, temporarySite } from "../temporary-site.ts";
import { SITE, TestBrowser } from "./test-browser.ts";

const COOKIE = "dsl-session-example";
/** Of the site's own, when it has one. */
const DOMAIN = "https://data.example.com";
const ACCOUNTS = {
  ann: { email: "Ann@Example.com", email_verified: true, name: "Ann", groups: ["staff"] },
  bob: { email: "bob@sub.example.com", email_verified: true, name: "<b>Bob</b>" },
  eve: { email: "ann@example.com", email_verified: false },
};

let provider: IdentityProvider;
let site: TemporarySite;
let access: Access;
/** What is a minute old; null: nothing is. */
let remembered: Access | null = null;
let browser: TestBrowser;

beforeAll(async () => {
  provider = await startIdentityProvider(
    ACCOUNTS,
    [SITE, DOMAIN].map((origin) => `${origin}/-/login/callback`),
  );
  site = temporarySite("create table secrets (id integer primary key, name text)", {
    version: 1,
    config: { flags: { cors: false, crossdb: false, defaultDeny: false, password: true } },
    readAccess: async (milliseconds) => (milliseconds === undefined && remembered) || access,
  });
});
afterAll(() => {
  site.close();
  provider.close();
});

const signIn = (): SignIn => ({
  provider: provider.metadata,
  ...CLIENT,
  scopes: [],
  allow: ["@example.com"],
  origins: [SITE],
});
beforeEach(() => {
  access = { password: null, signIn: signIn(), key: randomBytes(32), tokens: [] };
  browser = new TestBrowser(site);
});

async function actor(): Promise<unknown> {
  const answer = await browser.ask("/-/actor.json", { headers: { accept: "*/*" } });
  return answer.ok ? ((await answer.json()) as { actor: unknown }).actor : answer.status;
}

test("somebody of the domain signs in and is where they wanted to go", async () => {
  const asked = await browser.ask("/data/secrets?_size=1");
  expect(asked.headers.get("location")).toBe("/-/login?next=%2Fdata%2Fsecrets%3F_size%3D1");
  const page = await (await browser.ask(asked.headers.get("location")!)).text();
  const href = /href="([^"]+)">Sign in with 127\.0\.0\.1</.exec(page)![1]!;
  expect(page).not.toContain('type="password"');
  const back = await browser.ask(
    await browser.signInAtProvider("ann", href.replaceAll("&amp;", "&")),
  );
  expect([back.status, back.headers.get("location")]).toEqual([303, "/data/secrets?_size=1"]);
  expect(back.headers.get("set-cookie")).toMatch(
    /^dsl-session-example=.*; Path=\/; Max-Age=86400; HttpOnly; SameSite=Lax$/,
  );
  expect(back.headers.get("cache-control")).toBe("private, no-store");
  const home = await browser.ask("/data");
  expect([home.status, home.headers.get("cache-control")]).toEqual([200, "private, no-store"]);
  expect(await actor()).toEqual({
    id: "ann@example.com",
    email: "ann@example.com",
    name: "Ann",
    groups: ["staff"],
  });
});

test("what the provider is sent is bound to the browser: state, nonce, and S256 of a verifier", async () => {
  const sent = async () => {
    const start = await browser.ask("/-/login/start");
    return new URL(start.headers.get("location")!).searchParams;
  };
  const [one, other] = [await sent(), await sent()];
  expect(Object.fromEntries(one)).toMatchObject({
    response_type: "code",
    client_id: CLIENT.clientId,
    redirect_uri: `${SITE}/-/login/callback`,
    scope: "openid email profile",
    code_challenge_method: "S256",
  });
  for (const name of ["state", "nonce", "code_challenge"]) {
    expect(one.get(name)).toMatch(/^[\w-]{43}$/);
    expect(one.get(name)).not.toBe(other.get(name));
    expect(browser.cookie(COOKIE)).not.toContain(other.get(name));
  }
});

test("another domain is denied, is told as whom, and sees nothing else", async () => {
  const page = await browser.signIn("bob");
  const text = await page.text();
  expect(page.status).toBe(403);
  expect(text).toContain("&lt;b&gt;Bob&lt;/b&gt; (bob@sub.example.com)");
  expect(text).toContain('action="/-/logout"');
  expect(text).toContain('href="/-/login/start?next=%2Fdata&amp;choose=1"');
  for (const path of ["/", "/data.json", "/data/secrets.csv", "/-/static/index.css", "/nope"]) {
    for (const accept of ["*/*", "text/html"]) {
      const answer = await browser.ask(path, { headers: { accept } });
      expect([path, answer.status]).toEqual([path, 403]);
      expect(await answer.text()).not.toContain("secrets</");
    }
  }
  const out = await browser.ask("/-/logout", { method: "POST" });
  expect([out.status, out.headers.get("location")]).toEqual([303, "/-/login"]);
  expect(await actor()).toBe(401);
});

test("an address that the provider has not checked is nobody's", async () => {
  expect((await browser.signIn("eve")).status).toBe(403);
  access.signIn!.allow = ["ann@example.com"];
  expect(await actor()).toBe(403);
  access.signIn!.allow = ["anyone"];
  expect(await actor()).toEqual({ id: "sub:eve" });
});

test("whoever is taken from the list is out at once, and in again when put back", async () => {
  await browser.signIn("ann");
  const answers = [];
  for (const allow of [["ann@example.com"], ["@example.org"], [], ["anyone"]]) {
    access = { ...access, signIn: { ...signIn(), allow } };
    answers.push((await browser.ask("/data")).status);
  }
  expect(answers).toEqual([200, 403, 403, 200]);
});

test("sessions end with sign-in itself, with another key, and for the password with the password", async () => {
  await browser.signIn("ann");
  const kept = access;
  access = { ...kept, signIn: null, password: quickHash("correct horse") };
  expect(await actor()).toBe(401);
  access = { ...kept, key: randomBytes(32) };
  expect(await actor()).toBe(401);
  access = kept;
  expect((await browser.ask("/data")).status).toBe(200);
  const until = Date.now() + 60_000;
  browser.setCookie(COOKIE, signSession({ actor: { id: "password" }, until }, access.key));
  expect(await actor()).toBe(401);
  const basic = Buffer.from(":null").toString("base64");
  expect(
    (
      await browser.ask("/data.json", {
        headers: { accept: "*/*", authorization: `Basic ${basic}` },
      })
    ).status,
  ).toBe(401);
});

test("a sign-in is begun with the key of now, so that another environment can end it", async () => {
  remembered = { ...access, key: randomBytes(32) };
  const back = await browser.signInAtProvider("ann");
  remembered = null;
  expect((await browser.ask(back)).status).toBe(303);
});

test("with a password beside it the page offers both, and either lets in", async () => {
  access.password = quickHash("correct horse");
  const page = await (await browser.ask("/-/login")).text();
  expect(page).toContain("Sign in with 127.0.0.1");
  expect(page).toContain('type="password"');
  const form = { method: "POST", form: "password=correct+horse" };
  expect((await browser.ask("/-/login", form)).status).toBe(303);
  expect(await actor()).toEqual({ id: "password" });
  expect((await browser.signIn("ann")).status).toBe(200);
});

describe("what comes back must be the answer to what was begun here", () => {
  const problem = async (address: string) => {
    const asked = provider.asked.length;
    const answer = await browser.ask(address);
    const text = /role="alert">([^<]*)</.exec(await answer.text())?.[1];
    const tokens = provider.asked.slice(asked).filter((each) => each === "POST /token").length;
    expect(answer.headers.get("set-cookie")).toBeNull();
    return { status: answer.status, text, tokens };
  };
  const notBegun = {
    status: 400,
    text: "This sign-in was not begun in this browser, or more than ten minutes ago. Try again.",
    tokens: 0,
  };

  test("without the cookie it is nobody's: another's code does not sign anybody in", async () => {
    const back = await browser.signInAtProvider("ann");
    browser = new TestBrowser(site);
    expect(await problem(back)).toEqual(notBegun);
    expect(await actor()).toBe(401);
  });

  test("a code of one sign-in is refused in another that was begun", async () => {
    const back = await browser.signInAtProvider("ann");
    browser = new TestBrowser(site);
    await browser.ask("/-/login/start");
    expect(await problem(back)).toMatchObject({ status: 400, tokens: 0 });
  });

  test("a forged state with another's code is refused by the provider: the verifier is another one", async () => {
    const code = new URL(await browser.signInAtProvider("ann")).searchParams.get("code");
    browser = new TestBrowser(site);
    const start = await browser.ask("/-/login/start");
    const state = new URL(start.headers.get("location")!).searchParams.get("state");
    const iss = encodeURIComponent(provider.issuer);
    const answer = await problem(`/-/login/callback?code=${code}&state=${state}&iss=${iss}`);
    expect(answer).toMatchObject({ status: 502, tokens: 1 });
  });

  test("the same address a second time is refused", async () => {
    const back = await browser.signInAtProvider("ann");
    const begun = browser.cookie(COOKIE)!;
    expect((await browser.ask(back)).status).toBe(303);
    expect(await problem(back)).toEqual(notBegun);
    browser.setCookie(COOKIE, begun);
    expect(await problem(back)).toMatchObject({ status: 502 });
  });

  test("another issuer, or none where the provider always says it, is refused before anything is asked", async () => {
    const back = new URL(await browser.signInAtProvider("ann"));
    back.searchParams.set("iss", "https://evil.example");
    expect(await problem(back.href)).toMatchObject({ status: 502, tokens: 0 });
    back.searchParams.delete("iss");
    expect(await problem(back.href)).toMatchObject({ status: 502, tokens: 0 });
  });

  test("a session is not what a sign-in begins with, and the other way round", async () => {
    const back = await browser.signInAtProvider("ann");
    const begun = browser.cookie(COOKIE)!;
    expect(await actor()).toBe(401);
    const until = Date.now() + 60_000;
    browser.setCookie(COOKIE, signSession({ actor: { id: "password" }, until }, access.key));
    expect(await problem(back)).toEqual(notBegun);
    browser.setCookie(
      COOKIE,
      begun.replace(/.$/, (last) => (last === "A" ? "B" : "A")),
    );
    expect((await browser.ask("/data")).status).toBe(302);
  });

  test("what the provider says of an error is shown and nothing of it is markup", async () => {
    const back = await browser.signInAtProvider("nobody");
    const answer = await browser.ask(back);
    const page = await answer.text();
    expect(answer.status).toBe(403);
    expect(page).toContain(
      "127.0.0.1 did not sign you in: &lt;b&gt;you&lt;/b&gt; said no. Try again.",
    );
    expect(page).toContain('href="/-/login/start?next=%2Fdata"');
  });

  test("a long answer is not looked at", async () => {
    await browser.ask("/-/login/start");
    const answer = await problem(`/-/login/callback?state=${"x".repeat(10_000)}`);
    expect(answer).toMatchObject({ status: 414, tokens: 0 });
  });

  test("ten codes that are none, and the sender has to wait before the provider is asked again", async () => {
    const start = await browser.ask("/-/login/start");
    const state = new URL(start.headers.get("location")!).searchParams.get("state");
    const iss = encodeURIComponent(provider.issuer);
    const bad = `/-/login/callback?code=x&state=${state}&iss=${iss}`;
    for (let i = 0; i < 10; i++)
      expect(await problem(bad)).toMatchObject({ status: 502, tokens: 1 });
    expect(await problem(bad)).toMatchObject({ status: 429, tokens: 0 });
  });
});

test.each([
  "https://evil.example/",
  "//evil.example/",
  "/\\evil.example",
  "/\t/evil.example",
  "javascript:alert(1)",
  "/-/logout",
  "/-/login/start",
])("a sign-in leads nowhere else: %j", async (next) => {
  const start = `/-/login/start?next=${encodeURIComponent(next)}`;
  const back = await browser.ask(await browser.signInAtProvider("ann", start));
  expect(new URL(back.headers.get("location")!, SITE).origin).toBe(SITE);
  expect(back.headers.get("location")).toMatch(/^\/(%09\/evil.example)?$/);
});

test("a page of another site begins no sign-in, which would end the session here", async () => {
  await browser.signIn("ann");
  for (const from of ["cross-site", "same-site"]) {
    const start = await browser.ask("/-/login/start?next=/data", {
      headers: { "sec-fetch-site": from },
    });
    expect(start.headers.get("location")).toBe("/-/login?next=%2Fdata");
    expect(start.headers.get("set-cookie")).toBeNull();
  }
  expect((await browser.ask("/data")).status).toBe(200);
});

test("a sign-in begins at an address that is known to be the site's, whatever the request calls its host", async () => {
  const start = await browser.ask("/-/login/start?next=/data", {
    headers: { host: "evil.example" },
  });
  expect(start.headers.get("location")).toBe(`${SITE}/-/login?next=%2Fdata`);
  expect(start.headers.get("set-cookie")).toBeNull();
  access.signIn!.origins = ["https://data.example.com", SITE];
  const known = await browser.ask("/-/login/start?next=/data");
  expect(new URL(known.headers.get("location")!).searchParams.get("redirect_uri")).toBe(
    `${SITE}/-/login/callback`,
  );
});

test("at a domain of the site's own people sign in as well, and stay there", async () => {
  access.signIn!.origins = [DOMAIN, SITE];
  browser = new TestBrowser(site, DOMAIN);
  const start = await browser.ask("/-/login/start?next=/data");
  const sent = new URL(start.headers.get("location")!).searchParams;
  expect(sent.get("redirect_uri")).toBe(`${DOMAIN}/-/login/callback`);
  const back = await browser.signInAtProvider("ann");
  expect(new URL(back).origin).toBe(DOMAIN);
  expect((await browser.ask(back)).headers.get("location")).toBe("/data");
  expect((await browser.ask("/data")).status).toBe(200);
});

test("only GET begins and ends a sign-in", async () => {
  for (const path of ["/-/login/start", "/-/login/callback"]) {
    expect((await browser.ask(path, { method: "POST" })).status).toBe(405);
  }
  const form = { method: "POST", form: "password=null" };
  expect((await browser.ask("/-/login", form)).status).toBe(403);
});
