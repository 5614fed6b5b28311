/** A site where people sign in with a provider: closed, its list changed, beside a password, opened. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { GetParameterCommand } from "@aws-sdk/client-ssm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { CLIENT, type IdentityProvider, startIdentityProvider } from "../identity-provider.ts";
import { WebBrowser } from "../web-browser.ts";
import { type Rehearsal, startRehearsal, writeItems } from "./rehearsal.ts";

const ACCOUNTS = {
  ann: { email: "ann@example.com", email_verified: true, name: "Ann" },
  bob: { email: "bob@example.org", email_verified: true, name: "Bob" },
};

let rehearsal: Rehearsal;
let provider: IdentityProvider;
let database: string;
let url: string;
beforeAll(async () => {
  rehearsal = await startRehearsal();
  database = join(rehearsal.folder, "shop.db");
  writeItems(database, 3, "first");
  url = String((await rehearsal.update("shop", database, "--storage", "s3", "--refresh", "1")).url);
  provider = await startIdentityProvider(ACCOUNTS, [new URL("/-/login/callback", url).href]);
});
afterAll(async () => {
  provider?.close();
  await rehearsal.end();
});

function file(name: string, text: string): string {
  const path = join(rehearsal.folder, name);
  writeFileSync(path, `${text}\n`);
  return path;
}
const secret = () => ["--sign-in-client-secret-file", file("secret.txt", CLIENT.clientSecret)];
const client = () => ["--sign-in", provider.issuer, "--sign-in-client-id", CLIENT.clientId];

/** Statuses of a page for somebody who signs in. */
async function statusFor(login: string): Promise<number> {
  const browser = new WebBrowser(`login=${login}`);
  return (await browser.goTo(new URL("/-/login/start?next=/shop", url).href)).status;
}

test.each<[string, () => string[], string]>([
  [
    "an issuer that is none",
    () => ["--sign-in", `${provider.issuer}/nope`, "--sign-in-client-id", "x", "--dry-run"],
    "does not say how to sign in",
  ],
  ["no secret", () => client(), "DSL_SIGN_IN_CLIENT_SECRET"],
])("%s: a sentence, and nothing is done", async (_name, args, says) => {
  const allow = ["--sign-in-allow", "@example.com"];
  const { exitCode, stderr } = await rehearsal.dsl(
    ...["update-stack", "shop", database, ...args(), ...allow],
  );
  expect(exitCode).not.toBe(0);
  expect(stderr).toContain(says);
  expect((await fetch(new URL("/shop.json", url))).status).toBe(200);
});

test("a dry run says who will see the site, and what to register with the provider", async () => {
  const { stdout } = await rehearsal.dsl(
    ...["update-stack", "shop", database, "--dry-run"],
    ...[...client(), "--sign-in-allow", "@example.com", "--sign-in-allow", "Eve@Example.net"],
  );
  expect(stdout).toContain(
    "who may see the site: everybody (public) → those at @example.com and eve@example.net who sign in with 127.0.0.1",
  );
  expect(stdout).toContain(`to be registered with 127.0.0.1: ${url}-/login/callback`);
});

test("a public site is closed to all but those who sign in and are on the list", async () => {
  const { stderr } = await rehearsal.dsl(
    ...["update-stack", "shop", database, ...client(), ...secret()],
    ...["--sign-in-allow", "@example.com"],
  );
  expect(stderr).toContain(`${url}-/login/callback`);
  expect((await fetch(new URL("/shop.json", url))).status).toBe(401);
  expect([await statusFor("ann"), await statusFor("bob")]).toEqual([200, 403]);
});

test("the client's secret is in no stack, no version and no variable", async () => {
  const read = new GetParameterCommand({ Name: "/dsl/shop/access", WithDecryption: true });
  const { Parameter } = await (await rehearsal.clients.ssm()).send(read);
  expect(Parameter).toMatchObject({ Type: "SecureString" });
  expect(JSON.parse(Parameter!.Value!)).toMatchObject({
    password: null,
    signIn: { ...CLIENT, allow: ["@example.com"], origins: [new URL(url).origin] },
  });
  const { stdout } = await rehearsal.dsl("status", "shop");
  expect(stdout).toContain(
    "who may see the site: those at @example.com who sign in with 127.0.0.1",
  );
});

test("only the list changes, and no version and no stack with it", async () => {
  const { version, changed } = await rehearsal.update(
    "shop",
    database,
    "--sign-in-allow",
    "bob@example.org",
  );
  expect([version, changed]).toEqual([2, true]);
  await expect
    .poll(async () => [await statusFor("ann"), await statusFor("bob")], { timeout: 70_000 })
    .toEqual([403, 200]);
  expect(await rehearsal.update("shop", database)).toMatchObject({ changed: false });
});

test("beside a password; neither is taken away by forgetting the other", async () => {
  const password = ["--password-file", file("password.txt", "correct horse")];
  await rehearsal.update("shop", database, ...password);
  expect(await statusFor("bob")).toBe(200);
  const page = await (await fetch(new URL("/-/login", url))).text();
  expect(page).toContain("Sign in with 127.0.0.1");
  expect(page).toContain('type="password"');
  await rehearsal.update("shop", database, "--no-password");
  const { stderr } = await rehearsal.dsl("update-stack", "shop", database, "--no-sign-in");
  expect(stderr).toContain("Without sign-in, everybody may see shop");
  expect((await fetch(new URL("/shop.json", url))).status).toBe(401);
});

test("it is opened when that is said, and the client's secret goes", async () => {
  await rehearsal.update("shop", database, "--no-sign-in", "--no-password");
  expect((await fetch(new URL("/shop.json", url))).status).toBe(200);
  const read = new GetParameterCommand({ Name: "/dsl/shop/access" });
  await expect((await rehearsal.clients.ssm()).send(read)).rejects.toThrow();
});
