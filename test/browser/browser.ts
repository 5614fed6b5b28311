/** A headless Chromium, and pages that remember everything that went wrong on them. */
import { type Browser, chromium, type Locator, type Page } from "playwright-core";

export type Scheme = "light" | "dark";

export interface View {
  width: 390 | 1280;
  scheme: Scheme;
  javaScript?: boolean;
}

export const VIEWS: readonly View[] = [
  { width: 1280, scheme: "light" },
  { width: 1280, scheme: "dark" },
  { width: 390, scheme: "light" },
  { width: 390, scheme: "dark" },
];

export const DESKTOP: View = { width: 1280, scheme: "light" };

export function startBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--no-first-run",
    ],
  });
}

export interface WatchedPage {
  page: Page;
  /** Console errors, script errors, failed requests, requests to other hosts: one line each. */
  problems: string[];
}

export async function openPage(browser: Browser, view: View, url: string): Promise<WatchedPage> {
  const context = await browser.newContext({
    viewport: { width: view.width, height: view.width === 390 ? 844 : 900 },
    colorScheme: view.scheme,
    javaScriptEnabled: view.javaScript ?? true,
  });
  const page = await context.newPage();
  const problems: string[] = [];
  const host = new URL(url).host;
  page.on("console", (message) => {
    if (message.type() === "error") problems.push(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => problems.push(`script: ${error.message}`));
  page.on("request", (request) => {
    const target = new URL(request.url());
    if (/^https?:$/.test(target.protocol) && target.host !== host) {
      problems.push(`other host: ${request.url()}`);
    }
  });
  page.on("response", (response) => {
    if (response.status() >= 500) problems.push(`${response.status()}: ${response.url()}`);
  });
  await page.goto(url);
  if (view.javaScript ?? true) await editorLoaded(page);
  return { page, problems };
}

/** Where a page has a place for SQL, the editor comes a little later. */
async function editorLoaded(page: Page): Promise<void> {
  const fields = await page.locator("textarea#sql-editor").count();
  if (fields > 0) await page.locator(".cm-content").waitFor();
}

/** The text of the only match, each run of white space one space. */
export async function textOf(locator: Locator): Promise<string> {
  const text = (await locator.textContent()) ?? "";
  return text.replace(/\s+/g, " ").trim();
}
