/**
 * The S3 operations that the runtime needs, on one bucket. Every operation retries what may pass (5xx, 429, broken connections, cut bodies) until its
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

interface Operation {
  headers?: Record<string, string>;
  query?: Record<string, string>;
  body?: Buffer;
  deadlineMs?: number;
}

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
    const answer = await this.#send("GET", key);
    return { body: answer.body, etag: answer.headers.etag ?? null };
  }

  /** When the object was written; null when there is none. */
  async lastModified(key: string): Promise<Date | null> {
    try {
      const { headers } = await this.#send("HEAD", key);
      return headers["last-modified"] ? new Date(headers["last-modified"]) : null;
    } catch (error) {
      // 403 is the answer for a missing object to those who may not list the bucket.
      if (error instanceof S3Error && (error.status === 404 || error.status === 403)) return null;
      throw error;
    }
  }

  /** The object, or null when it still has this ETag. */
  async getIfChanged(
    key: string,
    etag: string | null,
    deadlineMs = DEADLINE_MS,
  ): Promise<S3Object | null> {
    const headers: Record<string, string> = etag === null ? {} : { "if-none-match": etag };
    const answer = await this.#send("GET", key, { headers, deadlineMs });
    if (answer.status === 304) return null;
    return { body: answer.body, etag: answer.headers.etag ?? null };
  }

  /**
   * Writes an object in parts; it exists when the last is written. Parts have at least 5 MiB, but
   * for the last. What a failure leaves behind is removed by the bucket's lifecycle rule.
   */
  async putParts(
    key: string,
    parts: AsyncIterable<Buffer>,
    headers: Record<string, string> = {},
  ): Promise<void> {
    const created = await this.#send("POST", key, { headers, query: { uploads: "" } });
    const uploadId = element(created.body, "UploadId");
    const written: string[] = [];
    for await (const part of parts) {
      const partNumber = String(written.length + 1);
      const query = { partNumber, uploadId };
      const answer = await this.#send("PUT", key, { query, body: part });
      const etag = `<PartNumber>${partNumber}</PartNumber><ETag>${answer.headers.etag}</ETag>`;
      written.push(`<Part>${etag}</Part>`);
    }
    const list = `<CompleteMultipartUpload>${written.join("")}</CompleteMultipartUpload>`;
    await this.#send("POST", key, { query: { uploadId }, body: Buffer.from(list) });
  }

  /** A URL from which anybody may download the object for `seconds`. */
  presignedUrl(key: string, seconds: number): string {
    return presign(this.#scope(), this.#url(key, {}), seconds);
  }

  async #send(method: string, key: string, operation: Operation = {}): Promise<HttpAnswer> {
    const { headers = {}, query = {}, body, deadlineMs = DEADLINE_MS } = operation;
    const url = this.#url(key, query);
    const signal = AbortSignal.timeout(deadlineMs);
    return retry(S3_RETRIES, signal, isTransient, async () => {
      const signed = signRequest(this.#scope(), method, url, headers);
      if (body !== undefined) signed["content-length"] = String(body.length);
      const request: HttpRequest = { method, url, headers: signed, body, signal };
      const answer = await this.#http.send(request);
      // CompleteMultipartUpload may answer 200 with an error in its body.
      const failed =
        (answer.status >= 300 && answer.status !== 304) ||
        (method === "POST" && isErrorBody(answer.body));
      if (failed) throw this.#error(key, answer);
      return answer;
    });
  }

  #error(key: string, answer: HttpAnswer): S3Error {
    const [code, message] = [element(answer.body, "Code"), element(answer.body, "Message")];
    return new S3Error(this.name, key, answer.status, code, message);
  }

  #url(key: string, query: Record<string, string>): URL {
    const url = this.#objectUrl(key);
    url.search = new URLSearchParams(query).toString();
    return url;
  }

  #objectUrl(key: string): URL {
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

/** The text of an element of an XML answer; empty when it has none. */
function element(xml: Buffer, name: string): string {
  return xml.toString().match(`<${name}>([^<]*)</${name}>`)?.[1] ?? "";
}

function isErrorBody(body: Buffer): boolean {
  return /<Error>/.test(body.toString());
}

/** Everything that is not an answer of S3 is a broken connection. */
function isTransient(error: unknown): boolean {
  if (!(error instanceof S3Error)) return true;
  return (
    error.status >= 500 ||
    error.status === 429 ||
    error.code === "RequestTimeout" ||
    error.code === "InternalError"
  );
}
