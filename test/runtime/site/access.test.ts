/** A site that needs a password: who sees what, and what the door itself gives away. */
import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { signSession } from "../../../runtime/core/access/session.ts";
import { newTokenText, READ_PREFIX, tokenHash } from "../../../runtime/core/access/tokens.ts";
import type { Access } from "../../../runtime/site/access/door.ts";
import { fetchPath } from "./fetch-app.ts";
import { quickHash } from "./quick-hash.ts";
import { temporarySite } from "./temporary-site.ts";

const SECRET = "zqsecret";
const PASSWORD = "correct horse";
const BROWSER = { accept: "text/html,*/*", "sec-fetch-mode": "navigate" };

const assets = join(mkdtempSync(join(tmpdir(), "dsl-access-")), "assets");
mkdirSync(assets);
writeFileSync(join(assets, "file.txt"), SECRET);

const TOKEN = newTokenText(READ_PREFIX);
const token = { name: "robot", hash: tokenHash(TOKEN), created: "2026-11-21", expires: null };
let access: Access | null = {
  tokens: [token],
  password: quickHash(PASSWORD),
  signIn: null,
  key: randomBytes(32),
};
const site = temporarySite(
  `create table ${SECRET} (id integer primary key, ${SECRET}_column text);
   insert into ${SECRET} values (1, '${SECRET}')`,
  {
    version: 3,
    config: {
      metadata: { title: SECRET },
      flags: { cors: true, crossdb: false, defaultDeny: false, password: true },
    },
    mounts: [{ mount: SECRET, directory: assets }],
    readAccess: async () => {
      if (access === null) throw new Error("SSM is away");
      return access;
    },
  },
);
afterAll(() => site.close());

let lastAddress = 0;
/** Each from an address of its own, so that one test's mistakes do not count in another. */
function ask(path: string, headers: Record<string, string> = {}, more: object = {}) {
  const fields = new Headers({ host: "localhost", ...headers });
  const address = `198.51.100.${++lastAddress}`;
  return fetchPath(site.app, path, { headers: fields, address, ...more });
}

const basic = (password: string) => ({
  authorization: `Basic ${Buffer.from(`me:${password}`).toString("base64")}`,
});
const session = (key: Uint8Array, until = Date.now() + 60_000) => ({
  cookie: `other=1; dsl-session-example=${signSession({ actor: { id: "password" }, until }, key)}`,
});

const bearer = (text: string) => ({ authorization: `Bearer ${text}` });

/** Of every kind: pages, data, files, what is not there, what is for the owner. */
const PATHS = [
  "/",
  "/.json",
  "/data",
  "/data.json",
  "/data.db",
  `/data/${SECRET}`,
  `/data/${SECRET}.json`,
  `/data/${SECRET}.csv`,
  `/data/${SECRET}.xlsx`,
  `/data/${SECRET}/1`,
  `/data/${SECRET}/1.json`,
  `/data/${SECRET}/-/autocomplete?q=z`,
  `/data/${SECRET}/-/schema.json`,
  `/data/${SECRET}/-/chart.json`,
  `/data/${SECRET}/-/columns`,
  `/data/${SECRET}?_embed=table`,
  "/data/-/query?sql=select+1",
  "/data/-/query.json?sql=select+1",
  "/data/-/schema.json",
  "/-/versions.json",
  "/-/actor.json",
  "/-/config.json",
  "/-/databases.json",
  "/-/status.json",
  "/-/metrics",
  "/-/search?q=z",
  "/-/jump.json?q=z",
  "/-/loads",
  "/-/static/index.css",
  "/-/look.css",
  "/favicon.ico",
  `/${SECRET}/file.txt`,
  "/-/logout",
  "/nope",
  "/data/nope",
  "//evil.example/",
  "/%2Fevil.example/",
];

test.each(PATHS)("%s says nothing to a stranger, not even whether it is there", async (path) => {
  const answers = [
    await ask(path),
    await ask(path, BROWSER),
    await ask(path, { "if-none-match": "*" }),
    await ask(path, {}, { method: "HEAD" }),
    await ask(path, {}, { method: "POST", form: "password=x" }),
    await ask(path, basic("wrong")),
    await ask(path, session(randomBytes(32))),
    await ask(path, session(access!.key, Date.now() - 1)),
    await ask(path, bearer("x.y")),
    await ask(path, bearer(newTokenText(READ_PREFIX))),
    await ask(path, bearer(token.hash)),
  ];
  for (const answer of answers) {
    const isAsked = path === "/-/logout" || answer.status !== 303;
    expect([302, 303, 401]).toContain(answer.status);
    expect(isAsked).toBe(true);
    expect(answer.headers.get("cache-control")).toBe("private, no-store");
    const known = `${await answer.text()} ${[...answer.headers].join(" ")}`;
    // What was asked for may be said again, in the address to go on to.
    expect(known.replaceAll(encodeURIComponent(path), "")).not.toContain(SECRET);
  }
});

test.each([
  ["a session", () => session(access!.key)],
  ["the password", () => basic(PASSWORD)],
  ["a token", () => bearer(TOKEN)],
])("with %s everything is there, and nothing is kept", async (_with, headers) => {
  for (const path of ["/", `/data/${SECRET}.json`, `/data/${SECRET}.csv`, `/${SECRET}/file.txt`]) {
    const answer = await ask(path, headers());
    expect(answer.status).toBe(200);
    expect(answer.headers.get("cache-control")).toBe("private, no-store");
    expect(answer.headers.get("etag")).toBeNull();
    expect(await answer.text()).toContain(SECRET);
  }
});

test("a public site says nothing of sessions", async () => {
  const open = temporarySite("create table t (id)", { version: 1 });
  expect((await open.get("/-/login")).status).toBe(404);
  expect(await (await open.get("/")).text()).not.toContain("Sign out");
  open.close();
});

test("when the password cannot be read nobody comes in", async () => {
  const kept = access;
  const headers = session(access!.key);
  access = null;
  const answer = await ask("/", headers);
  access = kept;
  expect(answer.status).toBe(503);
  expect(await answer.json()).toMatchObject({ error: expect.stringContaining("at the moment") });
});

describe("signing in", () => {
  const post = (form: Record<string, string>, headers: Record<string, string> = {}, more = {}) =>
    ask("/-/login", headers, {
      method: "POST",
      form: new URLSearchParams(form).toString(),
      ...more,
    });

  test("the form comes first, then the page that was asked for", async () => {
    const asked = await ask(`/data/${SECRET}?_size=1&x=%26`, BROWSER);
    expect(asked.status).toBe(302);
    const form = await ask(asked.headers.get("location")!, BROWSER);
    const page = await form.text();
    expect(page).toContain(`name="next" value="/data/${SECRET}?_size=1&amp;x=%26"`);
    const next = `/data/${SECRET}?_size=1&x=%26`;
    const done = await post({ password: PASSWORD, next });
    expect([done.status, done.headers.get("location")]).toEqual([303, next]);
    const cookie = done.headers.get("set-cookie")!;
    expect(cookie).toMatch(/; Path=\/; Max-Age=1209600; HttpOnly; SameSite=Lax$/);
    const answer = await ask("/-/actor.json", { cookie: cookie.split(";")[0]! });
    expect(await answer.json()).toEqual({ ok: true, actor: { id: "password" } });
  });

  test("over TLS the cookie is this host's alone", async () => {
    const done = await post({ password: PASSWORD }, {}, { isSecure: true });
    expect(done.headers.get("set-cookie")).toMatch(/^__Host-dsl-session-example=.*; Secure$/);
  });

  test.each([
    "https://evil.example/",
    "//evil.example/",
    "/\\evil.example/",
    "\\\\evil.example",
    "javascript:alert(1)",
    "/-/logout",
    "/-/login?next=/",
    "",
  ])("it leads nowhere else: %j", async (next) => {
    const done = await post({ password: PASSWORD, next });
    expect(done.headers.get("location")).toBe("/");
    const form = await ask(`/-/login?next=${encodeURIComponent(next)}`);
    expect(await form.text()).toContain('name="next" value="/"');
  });

  test("a line break in the address begins no header field", async () => {
    const done = await post({ password: PASSWORD, next: "/\r\nset-cookie: a=b" });
    expect(done.headers.get("location")).toBe("/%0D%0Aset-cookie:%20a=b");
  });

  test("a wrong password shows the form again, without what was typed", async () => {
    const wrong = await post({ password: "wr0ng-guess", next: "/data" });
    expect(wrong.status).toBe(403);
    const page = await wrong.text();
    expect(page).toContain("The password is wrong.");
    expect(page).toContain('value="/data"');
    expect(page).not.toContain("wr0ng-guess");
    expect(wrong.headers.get("set-cookie")).toBeNull();
  });

  test.each<[string, Record<string, string>, number]>([
    ["another site", { "sec-fetch-site": "cross-site" }, 403],
    ["another host of the domain", { "sec-fetch-site": "same-site" }, 403],
    ["another site, in an old browser", { origin: "https://evil.example" }, 403],
    ["this site", { "sec-fetch-site": "same-origin" }, 303],
    ["this site, in an old browser", { origin: "http://localhost" }, 303],
    ["a program", {}, 303],
  ])("a form of %s", async (_name, headers, status) => {
    expect((await post({ password: PASSWORD }, headers)).status).toBe(status);
    const out = { method: "POST" };
    const signOut = await ask("/-/logout", { ...session(access!.key), ...headers }, out);
    expect(signOut.status).toBe(status);
  });

  test("ten wrong passwords, by form or by header, and the sender has to wait", async () => {
    const address = "203.0.113.7";
    for (let i = 0; i < 5; i++) {
      expect((await post({ password: "wrong" }, {}, { address })).status).toBe(403);
      expect((await ask("/", basic("wrong"), { address })).status).toBe(401);
    }
    const later = await post({ password: PASSWORD }, {}, { address });
    expect(later.status).toBe(429);
    expect(Number(later.headers.get("retry-after"))).toBeGreaterThan(500);
    expect(await later.text()).toContain("Try again in 10 minutes.");
    // Whoever is in is in, and others are not kept waiting.
    expect((await ask("/", session(access!.key), { address })).status).toBe(200);
    expect((await post({ password: PASSWORD })).status).toBe(303);
  });

  test("whoever guesses is not told the right password because a program has sent it before", async () => {
    const [program, guesser] = [{ address: "203.0.113.20" }, { address: "203.0.113.21" }];
    expect((await ask("/", basic(PASSWORD), program)).status).toBe(200);
    for (const sender of [guesser, program]) {
      for (let i = 0; i < 10; i++) await ask("/", basic(`guess ${i}`), sender);
      expect((await ask("/", basic("wrong"), sender)).status).toBe(429);
      expect((await ask("/", basic(PASSWORD), sender)).status).toBe(429);
    }
  });

  test("addresses of one IPv6 network are one sender", async () => {
    for (let i = 0; i < 10; i++) {
      await post({ password: "wrong" }, {}, { address: `2001:db8:0:1::${i}` });
    }
    const blocked = { address: "2001:DB8::1:ffff:0:0:1" };
    expect((await post({ password: PASSWORD }, {}, blocked)).status).toBe(429);
    const other = { address: "2001:db8:0:2::1" };
    expect((await post({ password: PASSWORD }, {}, other)).status).toBe(303);
  });

  test("a new password ends all sessions and all that was remembered", async () => {
    const [cookie, kept] = [session(access!.key), access];
    expect((await ask("/", basic(PASSWORD))).status).toBe(200);
    access = { ...kept!, password: quickHash("another horse"), key: randomBytes(32), tokens: [] };
    const answers = [await ask("/", cookie), await ask("/", basic(PASSWORD))];
    access = kept;
    expect(answers.map(({ status }) => status)).toEqual([401, 401]);
  });

  test("signing out ends it in this browser", async () => {
    const home = await ask("/", session(access!.key));
    expect(await home.text()).toContain('action="/-/logout"');
    const out = await ask("/-/logout", session(access!.key), { method: "POST" });
    expect(out.headers.get("set-cookie")).toMatch(/^dsl-session-example=; Path=\/; Max-Age=0;/);
    expect((await ask("/-/logout", session(access!.key))).status).toBe(405);
  });

  test("a browser with a session that is over is shown no window of its own", async () => {
    const page = await ask("/data.json", { "sec-fetch-mode": "cors" });
    expect(page.headers.get("www-authenticate")).toBe("Session");
    expect((await ask("/data.json")).headers.get("www-authenticate")).toMatch(/^Basic /);
  });
});

test("a token says who it is, until it is over or revoked", async () => {
  const actor = async () => {
    const answer = await ask("/-/actor.json", bearer(TOKEN));
    return answer.ok ? ((await answer.json()) as { actor: unknown }).actor : answer.status;
  };
  expect(await actor()).toEqual({ id: "token:robot" });
  const kept = access!;
  access = { ...kept, tokens: [{ ...token, expires: "2026-01-01T00:00:00Z" }] };
  expect(await actor()).toBe(401);
  access = { ...kept, tokens: [] };
  expect(await actor()).toBe(401);
  access = kept;
});

test("with --cors, browsers may ask before they ask with a password", async () => {
  const asked = await ask("/data.json", { origin: "https://a.example" }, { method: "OPTIONS" });
  expect(asked.status).toBe(200);
  expect(asked.headers.get("access-control-allow-headers")).toContain("Authorization");
  expect(asked.headers.get("access-control-allow-credentials")).toBeNull();
});
