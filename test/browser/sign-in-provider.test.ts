/** A site where people sign in with a provider, as they meet it: the provider is a real one, on this machine. */
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { sendAnswer, siteRequest } from "../../runtime/site/pipeline/node-listener.ts";
import { CLIENT, type IdentityProvider, startIdentityProvider } from "../identity-provider.ts";
import { quickHash } from "../runtime/site/quick-hash.ts";
import { type TemporarySite, temporarySite } from "../runtime/site/temporary-site.ts";
import { seriousViolations } from "./axe.ts";
import { DESKTOP, openPage, startBrowser, VIEWS } from "./browser.ts";
import { outputFolder } from "./site.ts";

const ACCOUNTS = {
  ann: { email: "ann@example.com", email_verified: true, name: "Ann" },
  bob: { email: "bob@example.org", email_verified: true, name: "Bob" },
};

let provider: IdentityProvider;
let site: TemporarySite;
let server: Server;
let browser: Browser;
let url: string;

beforeAll(async () => {
  mkdirSync(outputFolder, { recursive: true });
  server = createServer(async (request, response) => {
    await sendAnswer(await site.app(siteRequest(request)), response);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  // Another host than the provider's: cookies do not know ports.
  url = `http://localhost:${(server.address() as AddressInfo).port}`;
  provider = await startIdentityProvider(ACCOUNTS, [`${url}/-/login/callback`]);
  const client = { provider: provider.metadata, ...CLIENT, scopes: [], origins: [url] };
  const access = {
    password: quickHash("correct horse"),
    signIn: { ...client, allow: ["@example.com"] },
    key: randomBytes(32),
    tokens: [],
  };
  site = temporarySite("create table plans (id integer primary key, name text)", {
    version: 1,
    config: { flags: { cors: false, crossdb: false, defaultDeny: false, password: true } },
    readAccess: async () => access,
  });
  browser = await startBrowser();
});

afterAll(async () => {
  await browser.close();
  server.close();
  site.close();
  provider.close();
});

/** Other than going to the provider, and 403, which is what Bob is answered with. */
function unexpected(problems: string[]): string[] {
  const isKnown = (text: string) => text.includes("403") || text.includes(`: ${provider.issuer}/`);
  return problems.filter((problem) => !isKnown(problem));
}

test("refused with one account, in with another, out again", async () => {
  const { page, problems } = await openPage(browser, DESKTOP, `${url}/data/plans?_size=1`);
  await page.getByRole("link", { name: "Sign in with 127.0.0.1" }).click();
  await page.getByLabel("Account").fill("bob");
  await page.keyboard.press("Enter");
  await page.getByRole("alert").waitFor();
  expect(page.url()).toBe(`${url}/data/plans?_size=1`);
  expect(await page.getByRole("alert").textContent()).toContain("Bob (bob@example.org)");
  await page.getByRole("link", { name: "Use another account" }).click();
  await page.getByLabel("Account").fill("ann");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "plans" }).waitFor();
  expect(page.url()).toBe(`${url}/data/plans?_size=1`);
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByRole("link", { name: "Sign in with 127.0.0.1" }).waitFor();
  await page.goBack();
  expect(new URL(page.url()).pathname).toBe("/-/login");
  expect(unexpected(problems)).toEqual([]);
});

test("in and out again without scripts", async () => {
  const view = { ...DESKTOP, javaScript: false };
  const { page } = await openPage(browser, view, `${url}/data`);
  await page.getByRole("link", { name: "Sign in with 127.0.0.1" }).click();
  await page.getByLabel("Account").fill("ann");
  await page.keyboard.press("Enter");
  await page.waitForURL(`${url}/data`);
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByRole("link", { name: "Sign in with 127.0.0.1" }).waitFor();
});

test("somebody who declines at the provider is told so, and can try again", async () => {
  const { page } = await openPage(browser, DESKTOP, `${url}/-/login?next=/data`);
  await page.getByRole("link", { name: "Sign in with 127.0.0.1" }).click();
  await page.getByLabel("Account").fill("nobody");
  await page.keyboard.press("Enter");
  const said = await page.getByRole("alert").textContent();
  expect(said).toBe("127.0.0.1 did not sign you in: <b>you</b> said no. Try again.");
  await page.getByLabel("Password").fill("correct horse");
  await page.keyboard.press("Enter");
  await page.waitForURL(`${url}/data`);
});

const EXTREMES = [VIEWS[0]!, VIEWS[3]!];

test.each(EXTREMES)("both pages are for everybody at $width px, $scheme", async (view) => {
  const { page, problems } = await openPage(browser, view, `${url}/-/login`);
  const look = async (name: string) => {
    expect(await seriousViolations(page)).toEqual([]);
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(width).toBeLessThanOrEqual(view.width);
    await page.screenshot({ path: join(outputFolder, `${name}-${view.width}-${view.scheme}.png`) });
  };
  await look("sign-in-provider");
  await page.getByRole("link", { name: "Sign in with 127.0.0.1" }).click();
  await page.getByLabel("Account").fill("bob");
  await page.keyboard.press("Enter");
  await page.getByRole("alert").waitFor();
  await look("sign-in-denied");
  expect(unexpected(problems)).toEqual([]);
});
