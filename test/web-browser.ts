/** A browser without a screen: cookies, redirects, and one form that it fills in wherever a provider shows it. */
export interface Sent {
  method?: string;
  form?: string | null;
  headers?: Record<string, string>;
}

/** How a request gets to where it is sent; redirects are not followed. */
export type Send = (
  address: URL,
  request: { method: string; headers: Record<string, string>; body: string | null },
) => Promise<Response>;

const overTheNetwork: Send = (address, request) =>
  fetch(address, { ...request, redirect: "manual" });

export class WebBrowser {
  readonly #form: string;
  readonly #send: Send;
  /** By origin. */
  readonly #cookies = new Map<string, Map<string, string>>();

  /** `form`: what it sends to the provider's form. */
  constructor(form: string, send: Send = overTheNetwork) {
    this.#form = form;
    this.#send = send;
  }

  /** The cookies of an origin, by name. */
  cookies(origin: string): Map<string, string> {
    const jar = this.#cookies.get(origin) ?? new Map<string, string>();
    this.#cookies.set(origin, jar);
    return jar;
  }

  /** Where it ends, after all redirects. */
  async goTo(address: string): Promise<Response> {
    const end = await this.goUntil(address, () => false);
    return end.response!;
  }

  /** Follows redirects to an address of which `isEnd` says so, which is not asked, or to the last one. */
  async goUntil(
    address: string,
    isEnd: (address: string) => boolean,
  ): Promise<{ address: string; response: Response | null }> {
    let next = address;
    for (let hops = 0; hops < 20; hops++) {
      if (isEnd(next)) return { address: next, response: null };
      const isForm = next.includes("/interaction/");
      const response = await this.ask(next, isForm ? { form: this.#form } : {});
      const location = response.headers.get("location");
      if (location === null) return { address: next, response };
      next = new URL(location, next).href;
    }
    throw new Error(`${address} leads round in a circle`);
  }

  /** One request. */
  async ask(
    address: string,
    { form = null, method = form === null ? "GET" : "POST", headers = {} }: Sent = {},
  ): Promise<Response> {
    const url = new URL(address);
    const jar = this.cookies(url.origin);
    const response = await this.#send(url, {
      method,
      headers: {
        accept: "text/html",
        cookie: [...jar].map((pair) => pair.join("=")).join("; "),
        ...(form !== null && { "content-type": "application/x-www-form-urlencoded" }),
        ...headers,
      },
      body: form,
    });
    for (const line of response.headers.getSetCookie()) {
      const pair = line.split(";")[0]!;
      const at = pair.indexOf("=");
      jar.set(pair.slice(0, at), pair.slice(at + 1));
    }
    return response;
  }
}
