/**
 * `Headers` and `Response` with what the app and Hono use of them. Node's own come with a whole
 * HTTP client, which takes 15 to 25 ms to load: more than everything else in a cold start, better-
 * sqlite3 included. `installLightFetch` puts these in their place; only the Lambda does so.
 */

type HeaderValues = Iterable<readonly string[]> | Record<string, string>;

class LightHeaders {
  /** Lower-case name → value; those of set-cookie are kept apart. */
  readonly #values = new Map<string, string>();
  #cookies: string[] = [];

  constructor(init?: HeaderValues) {
    if (init === undefined || init === null) return;
    const pairs = Symbol.iterator in init ? init : Object.entries(init);
    for (const [name, value] of pairs) this.append(name!, value!);
  }

  get(name: string): string | null {
    const key = name.toLowerCase();
    if (key === "set-cookie") return this.#cookies.length === 0 ? null : this.#cookies.join(", ");
    return this.#values.get(key) ?? null;
  }

  has(name: string): boolean {
    return this.get(name) !== null;
  }

  set(name: string, value: string): void {
    const key = name.toLowerCase();
    if (key === "set-cookie") this.#cookies = [`${value}`];
    else this.#values.set(key, `${value}`);
  }

  append(name: string, value: string): void {
    const key = name.toLowerCase();
    const known = this.#values.get(key);
    if (key === "set-cookie") this.#cookies.push(`${value}`);
    else this.#values.set(key, known === undefined ? `${value}` : `${known}, ${value}`);
  }

  delete(name: string): void {
    const key = name.toLowerCase();
    if (key === "set-cookie") this.#cookies = [];
    else this.#values.delete(key);
  }

  getSetCookie(): string[] {
    return [...this.#cookies];
  }

  forEach(action: (value: string, name: string, headers: LightHeaders) => void): void {
    for (const [name, value] of this) action(value, name, this);
  }

  *keys(): IterableIterator<string> {
    for (const [name] of this) yield name;
  }

  *values(): IterableIterator<string> {
    for (const [, value] of this) yield value;
  }

  /** In alphabetical order, each set-cookie of its own. */
  entries(): IterableIterator<[string, string]> {
    const cookies = this.#cookies.map((cookie): [string, string] => ["set-cookie", cookie]);
    return [...this.#values, ...cookies].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).values();
  }

  [Symbol.iterator](): IterableIterator<[string, string]> {
    return this.entries();
  }
}

type LightBody = string | Uint8Array | ArrayBuffer | ReadableStream<Uint8Array> | null;

interface ResponseValues {
  status?: number;
  statusText?: string;
  headers?: HeaderValues;
}

class LightResponse {
  readonly status: number;
  readonly statusText: string;
  readonly headers: LightHeaders;
  /** As it was given, where a Response of Node would always have a stream. */
  readonly body: LightBody;
  bodyUsed = false;

  constructor(body: LightBody = null, init: ResponseValues = {}) {
    this.status = init.status ?? 200;
    this.statusText = init.statusText ?? "";
    this.headers = new LightHeaders(init.headers);
    this.body = body;
    if (typeof body === "string" && !this.headers.has("content-type")) {
      this.headers.set("content-type", "text/plain;charset=UTF-8");
    }
  }

  get ok(): boolean {
    return this.status >= 200 && this.status <= 299;
  }

  async arrayBuffer(): Promise<ArrayBuffer> {
    const bytes = await this.bytes();
    return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
  }

  async bytes(): Promise<Uint8Array> {
    this.bodyUsed = true;
    const { body } = this;
    if (body === null) return new Uint8Array();
    if (typeof body === "string") return Buffer.from(body);
    if (body instanceof Uint8Array) return body;
    if (body instanceof ArrayBuffer) return new Uint8Array(body);
    const chunks: Uint8Array[] = [];
    for await (const chunk of body) chunks.push(chunk);
    return Buffer.concat(chunks);
  }

  async text(): Promise<string> {
    if (typeof this.body === "string") {
      this.bodyUsed = true;
      return this.body;
    }
    return new TextDecoder().decode(await this.bytes());
  }

  async json(): Promise<unknown> {
    return JSON.parse(await this.text());
  }

  static json(value: unknown, init: ResponseValues = {}): LightResponse {
    const response = new LightResponse(JSON.stringify(value), init);
    if (!new LightHeaders(init.headers).has("content-type")) {
      response.headers.set("content-type", "application/json");
    }
    return response;
  }
}

/**
 * To be called before the first request. By assignment: defining the property would read the old
 * value first, and so load what is to be avoided.
 */
export function installLightFetch(): void {
  Object.assign(globalThis, { Headers: LightHeaders, Response: LightResponse });
}

export { LightHeaders as Headers, LightResponse as Response };
