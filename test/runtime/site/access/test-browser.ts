/** What a browser does between a site without a server and a provider: cookies, links, redirects, forms. */

import { fetchPath } from "../fetch-app.ts";
import type { TemporarySite } from "../temporary-site.ts";

/** The site's own address; nothing listens there. */
export const SITE = "http://localhost";

let lastAddress = 0;

export class TestBrowser {
  readonly #site: TemporarySite;
  readonly #cookies = new Map<string, Map<string, string>>();
  /** Each has an address of its own, so that one test's mistakes do not count in another. */
  address = `198.51.100.${++lastAddress}`;

  constructor(site: TemporarySite) {
    this.#site = site;
  }

  /** Of the site. */
  cookie(name: string): string | undefined {
    return this.#jar(SITE).get(name);
  }

  setCookie(name: string, value: string): void {
    this.#jar(SITE).set(name, value);
  }

  /** One request, without going where it leads. A path is the site's. */
  async ask(
    address: string,
    {
      headers = {},
      ...init
    }: { method?: string; form?: string; headers?: Record<string, string> } = {},
  ): Promise<Response> {
    const { origin, pathname, search } = new URL(address, SITE);
    const jar = this.#jar(origin);
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
    const response =
      origin === SITE
        ? await fetchPath(this.#site.app, pathname + search, {
            method: "GET",
            ...init,
            headers: new Headers({ host: "localhost", accept: "text/html", cookie, ...headers }),
            address: this.address,
          })
        : await fetch(new URL(address), {
            method: init.method ?? "GET",
            headers: {
              cookie,
              ...(init.form && { "content-type": "application/x-www-form-urlencoded" }),
            },
            redirect: "manual",
            ...(init.form && { body: init.form }),
          });
    for (const line of response.headers.getSetCookie()) {
      const [pair = ""] = line.split(";");
      const at = pair.indexOf("=");
      jar.set(pair.slice(0, at), pair.slice(at + 1));
    }
    return response;
  }

  /** From "Sign in with …" until the provider sends the browser back: the address that it is sent to. */
  async signInAtProvider(login: string, start = "/-/login/start?next=/data"): Promise<string> {
    let address = new URL(start, SITE).href;
    for (let hops = 0; hops < 10; hops++) {
      const isForm = address.includes("/interaction/");
      const form = isForm ? { method: "POST", form: `login=${login}` } : {};
      const response = await this.ask(address, form);
      const location = response.headers.get("location");
      if (location === null)
        throw new Error(`${address}: ${response.status} ${await response.text()}`);
      address = new URL(location, address).href;
      if (new URL(address).pathname === "/-/login/callback") return address;
    }
    throw new Error(`${address}: too many redirects`);
  }

  /** Goes all the way, and says where it ended and how. */
  async signIn(login: string): Promise<Response> {
    const back = await this.ask(await this.signInAtProvider(login));
    const next = back.headers.get("location");
    return next === null ? back : this.ask(next);
  }

  #jar(origin: string): Map<string, string> {
    const jar = this.#cookies.get(origin) ?? new Map();
    this.#cookies.set(origin, jar);
    return jar;
  }
}
