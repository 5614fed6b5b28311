/** A browser without a screen: cookies, redirects, and one form that it fills in wherever it is shown it. */
export class WebBrowser {
  readonly #form: string;
  /** By origin. */
  readonly #cookies = new Map<string, Map<string, string>>();

  /** `form`: what it sends to the provider's form. */
  constructor(form: string) {
    this.#form = form;
  }

  /** Where it ends, after all redirects. */
  async goTo(address: string): Promise<Response> {
    let next = address;
    for (let hops = 0; hops < 20; hops++) {
      const response = await this.ask(next, next.includes("/interaction/") ? this.#form : null);
      const location = response.headers.get("location");
      if (location === null) return response;
      next = new URL(location, next).href;
    }
    throw new Error(`${address} leads round in a circle`);
  }

  async ask(address: string, form: string | null = null): Promise<Response> {
    const { origin } = new URL(address);
    const jar = this.#cookies.get(origin) ?? new Map<string, string>();
    this.#cookies.set(origin, jar);
    const response = await fetch(address, {
      method: form === null ? "GET" : "POST",
      headers: {
        accept: "text/html",
        cookie: [...jar].map((pair) => pair.join("=")).join("; "),
        ...(form !== null && { "content-type": "application/x-www-form-urlencoded" }),
      },
      body: form,
      redirect: "manual",
    });
    for (const line of response.headers.getSetCookie()) {
      const pair = line.split(";")[0]!;
      const at = pair.indexOf("=");
      jar.set(pair.slice(0, at), pair.slice(at + 1));
    }
    return response;
  }
}
