/** A site with a password, as people meet it. */
import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { newAccess } from "../../runtime/core/access/stored-access.ts";
import { sendAnswer, siteRequest } from "../../runtime/site/pipeline/node-listener.ts";
import { type TemporarySite, temporarySite } from "../runtime/site/temporary-site.ts";
import { seriousViolations } from "./axe.ts";
import { DESKTOP, openPage, startBrowser, VIEWS } from "./browser.ts";
import { outputFolder } from "./site.ts";

let site: TemporarySite;
let server: Server;
let browser: Browser;
let url: string;

beforeAll(async () => {
  mkdirSync(outputFolder, { recursive: true });
  const access = { ...(await newAccess("correct horse")), tokens: [] };
  site = temporarySite("create table plans (id integer primary key, name text)", {
    version: 1,
    config: { flags: { cors: false, crossdb: false, defaultDeny: false, password: true } },
    readAccess: async () => access,
  });
  server = createServer(async (request, response) => {
    await sendAnswer(await site.app(siteRequest(request)), response);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  browser = await startBrowser();
});

afterAll(async () => {
  await browser.close();
  server.close();
  site.close();
});

test.each([true, false])("in, about, and out again; scripts: %s", async (javaScript) => {
  const watched = await openPage(browser, { ...DESKTOP, javaScript }, `${url}/data/plans?_size=1`);
  const { page, problems } = watched;
  expect(new URL(page.url()).pathname).toBe("/-/login");
  await page.getByLabel("Password").fill("wrong horse");
  await page.keyboard.press("Enter");
  expect(await page.getByRole("alert").textContent()).toBe("The password is wrong.");
  await page.getByLabel("Password").fill("correct horse");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "plans" }).waitFor();
  expect(page.url()).toBe(`${url}/data/plans?_size=1`);
  await page.goto(`${url}/data`);
  expect(await page.title()).toContain("data");
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByLabel("Password").waitFor();
  await page.goBack();
  expect(new URL(page.url()).pathname).toBe("/-/login");
  // 403 is what the wrong password is answered with.
  expect(problems.filter((problem) => !problem.includes("403"))).toEqual([]);
});

test.each(VIEWS)("the form is for everybody at $width px, $scheme", async (view) => {
  const { page, problems } = await openPage(browser, view, `${url}/-/login`);
  expect(await seriousViolations(page)).toEqual([]);
  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  expect(width).toBeLessThanOrEqual(view.width);
  const path = join(outputFolder, `sign-in-${view.width}-${view.scheme}.png`);
  await page.screenshot({ path });
  expect(problems).toEqual([]);
});
