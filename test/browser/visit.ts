/** What most of these tests need: a site behind `dsl serve`, a browser, and pages opened in it. */
import { mkdirSync } from "node:fs";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll } from "vitest";
import { DESKTOP, openPage, startBrowser, type View } from "./browser.ts";
import { outputFolder, type ServedSite, serveSite } from "./site.ts";

export interface Visit {
  /** Of the site, without a slash at its end. */
  readonly url: string;
  /** What went wrong on the page that was opened last: see `WatchedPage`. */
  readonly problems: string[];
  open(path: string, view?: View): Promise<Page>;
}

/**
 * To be called once, at the top of a file of tests: the site and the browser are there for all of them.
 * `files` are databases that are there when the tests begin.
 */
export function visitSite(files: readonly string[] = ["examples/northwind.db"]): Visit {
  let site: ServedSite;
  let browser: Browser;
  let problems: string[] = [];

  beforeAll(async () => {
    mkdirSync(outputFolder, { recursive: true });
    site = await serveSite(files);
    browser = await startBrowser();
  });

  afterAll(async () => {
    await browser.close();
    await site.stop();
  });

  return {
    get url() {
      return site.url;
    },
    get problems() {
      return problems;
    },
    async open(path, view = DESKTOP) {
      const watched = await openPage(browser, view, site.url + path);
      problems = watched.problems;
      return watched.page;
    },
  };
}
