/**
 * The S3 operations that the runtime needs, on one bucket: GET, conditional GET, PUT, presigned
 * URLs. Every operation retries what may pass (5xx, 429, broken connections, cut bodies) until its
 * deadline.
 */
import { type HttpAnswer, HttpExchange, type HttpRequest } from "./http-exchange.ts";
import { retry, S3_RETRIES } from "./retry.ts";
import { type Credentials, presign, type SigningScope, signRequest } from "./sigv4.ts";

/** Longest time of one operation, retries included: an HTTP API ends a request after 30 s. */
const DEADLINE_MS = 25_000;

/** S3 answered, with an error. */
export class S3Error extends Error {
  override readonly name = "S3Error";
  readonly status: number;
  /** Such as "NoSuchKey"; empty when the answer has none. */
  readonly code: string;

  constructor(bucket: string, key: string, status: number, code: string, message: string) {
    super(`S3 answered ${status} ${code} for ${bucket}/${key}${message && `: ${message}`}`);
    this.status = status;
    this.code = code;
  }
}

export interface S3Object {
  body: Buffer;
  etag: string | null;
}

type Environment = Record<string, string | undefined>;

export class Bucket {
  readonly name: string;
  readonly #environment: Environment;
  readonly #http = new HttpExchange();

  /**
   * Region, endpoint and credentials come from Lambda's environment variables. They are read at
   * each use: Lambda may replace credentials.
   */
  constructor(name: string, environment: Environment = process.env) {
    this.name = name;
    this.#environment = environment;
  }

  /** Throws S3Error (404 with code NoSuchKey when there is none), or a network error. */
  async get(key: string): Promise<S3Object> {
    const answer = await this.#send("GET", key, {}, DEADLINE_MS);
    return { body: answer.body, etag: answer.headers.etag ?? null };
  }

  /** The object, or null when it still has this ETag. */
  async getIfChanged(
    key: string,
    etag: string | null,
    deadlineMs = DEADLINE_MS,
  ): Promise<S3Object | null> {
    const headers: Record<string, string> = etag === null ? {} : { "if-none-match": etag };
    const answer = await this.#send("GET", key, headers, deadlineMs);
    if (answer.status === 304) return null;
    return { body: answer.body, etag: answer.headers.etag ?? null };
  }

  async put(key: string, body: Buffer, headers: Record<string, string> = {}): Promise<void> {
    await this.#send("PUT", key, headers, DEADLINE_MS, body);
  }

  /** A URL from which anybody may download the object for `seconds`. */
  presignedUrl(key: string, seconds: number): string {
    return presign(this.#scope(), this.#url(key), seconds);
  }

  async #send(
    method: string,
    key: string,
    headers: Record<string, string>,
    deadlineMs: number,
    body?: Buffer,
  ): Promise<HttpAnswer> {
    const url = this.#url(key);
    const signal = AbortSignal.timeout(deadlineMs);
    if (body !== undefined) headers = { ...headers, "content-length": String(body.length) };
    return retry(S3_RETRIES, signal, isTransient, async () => {
      const signed = signRequest(this.#scope(), method, url, headers);
      const request: HttpRequest = { method, url, headers: signed, body, signal };
      const answer = await this.#http.send(request);
      if (answer.status >= 400) throw this.#error(key, answer);
      return answer;
    });
  }

  #error(key: string, answer: HttpAnswer): S3Error {
    const text = answer.body.toString();
    const element = (name: string) => text.match(`<${name}>([^<]*)</${name}>`)?.[1] ?? "";
    return new S3Error(this.name, key, answer.status, element("Code"), element("Message"));
  }

  #url(key: string): URL {
    const { region } = this.#scope();
    const path = key.split("/").map(encodeURIComponent).join("/");
    const endpoint = this.#environment.AWS_ENDPOINT_URL_S3 || this.#environment.AWS_ENDPOINT_URL;
    if (endpoint) return new URL(`${endpoint.replace(/\/+$/, "")}/${this.name}/${path}`);
    const suffix = region.startsWith("cn-") ? "amazonaws.com.cn" : "amazonaws.com";
    // A wildcard certificate does not cover a bucket name with dots.
    return this.name.includes(".")
      ? new URL(`https://s3.${region}.${suffix}/${this.name}/${path}`)
      : new URL(`https://${this.name}.s3.${region}.${suffix}/${path}`);
  }

  #scope(): SigningScope {
    const environment = this.#environment;
    const credentials: Credentials = {
      accessKeyId: required(environment, "AWS_ACCESS_KEY_ID"),
      secretAccessKey: required(environment, "AWS_SECRET_ACCESS_KEY"),
      sessionToken: environment.AWS_SESSION_TOKEN || undefined,
    };
    const region = environment.AWS_REGION || required(environment, "AWS_DEFAULT_REGION");
    return { credentials, region, now: new Date() };
  }
}

function required(environment: Environment, name: string): string {
  const value = environment[name];
  if (!value) throw new Error(`The environment variable ${name} is not set`);
  return value;
}

/** Everything that is not an answer of S3 is a broken connection. */
function isTransient(error: unknown): boolean {
  if (!(error instanceof S3Error)) return true;
  return error.status >= 500 || error.status === 429 || error.code === "RequestTimeout";
}
