/** A browser for a site without a server, and for a provider that has one. */
import { WebBrowser } from "../../../web-browser.ts";
import { fetchPath } from "../fetch-app.ts";
import type { TemporarySite } from "../temporary-site.ts";

/** The site's own address; nothing listens there. */
export const SITE = "http://localhost";

let lastAddress = 0;

/** Each has an address of its own, so that one test's mistakes do not count in another. */
export class TestBrowser {
  readonly #site: TemporarySite;
  readonly #origin: string;
  readonly #address = `198.51.100.${++lastAddress}`;
  #browser: WebBrowser;

  /** `origin`: where the site is for this browser. */
  constructor(site: TemporarySite, origin = SITE) {
    this.#site = site;
    this.#origin = origin;
    this.#browser = this.#as("");
  }

  cookie(name: string): string | undefined {
    return this.#browser.cookies(this.#origin).get(name);
  }

  setCookie(name: string, value: string): void {
    this.#browser.cookies(this.#origin).set(name, value);
  }

  /** One request, without going where it leads. A path is the site's. */
  ask(
    path: string,
    request: { method?: string; form?: string; headers?: Record<string, string> } = {},
  ): Promise<Response> {
    return this.#browser.ask(new URL(path, this.#origin).href, request);
  }

  /** From "Sign in with …" until the provider sends the browser back: the address that it is sent to. */
  async signInAtProvider(login: string, start = "/-/login/start?next=/data"): Promise<string> {
    const cookies = this.#browser.cookies(this.#origin);
    // Whoever comes to the provider's form anew.
    this.#browser = this.#as(login);
    for (const [name, value] of cookies) this.setCookie(name, value);
    const isBack = (address: string) => address.startsWith(`${this.#origin}/-/login/callback`);
    const { address, response } = await this.#browser.goUntil(
      new URL(start, this.#origin).href,
      isBack,
    );
    if (response === null) return address;
    throw new Error(`${address}: ${response.status} ${await response.text()}`);
  }

  /** Goes all the way; the answer is that of the page where it ends. */
  async signIn(login: string): Promise<Response> {
    const back = await this.ask(await this.signInAtProvider(login));
    const next = back.headers.get("location");
    return next === null ? back : this.ask(next);
  }

  #as(login: string): WebBrowser {
    return new WebBrowser(`login=${login}`, (url, { method, headers, body }) =>
      url.origin === this.#origin
        ? fetchPath(this.#site.app, url.pathname + url.search, {
            method,
            headers: new Headers({ host: url.host, ...headers }),
            isSecure: url.protocol === "https:",
            address: this.#address,
            form: body ?? "",
          })
        : fetch(url, { method, headers, body, redirect: "manual" }),
    );
  }
}
