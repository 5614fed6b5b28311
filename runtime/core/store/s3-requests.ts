/**
 * Signed requests to one bucket, each retried while what went wrong may pass (5xx, 429, broken
 * connections, cut bodies) until its deadline. What the operations mean is in `s3.ts` (reading, for
 * the site) and `s3-store.ts` (everything, for publishers).
 */
import { type HttpAnswer, HttpExchange, type HttpRequest } from "./http-exchange.ts";
import { retry, S3_RETRIES } from "./retry.ts";
import { type Environment, signingScope } from "./signing-scope.ts";
import { presign, type SigningScope, signRequest } from "./sigv4.ts";

/** Longest time of one operation, retries included: an HTTP API ends a request after 30 s. */
export const DEADLINE_MS = 25_000;

const SKEWED = "RequestTimeTooSkewed";

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

export interface S3Operation {
  headers?: Record<string, string>;
  query?: Record<string, string>;
  body?: Uint8Array;
  deadlineMs?: number;
}

export class S3Requests {
  readonly bucket: string;
  readonly #environment: Environment;
  readonly #http = new HttpExchange();
  /** Milliseconds that S3's clock is ahead of this one, as far as that mattered. */
  #clockOffset = 0;

  /**
   * Region, endpoint and credentials come from Lambda's environment variables. They are read at
   * each use: Lambda may replace credentials.
   */
  constructor(bucket: string, environment: Environment) {
    this.bucket = bucket;
    this.#environment = environment;
  }

  /** A URL from which anybody may download the object for `seconds`. */
  presignedUrl(key: string, seconds: number): string {
    return presign(this.#scope(), this.#url(key, {}), seconds);
  }

  /**
   * An empty `key` stands for the bucket itself. A 304 is an answer, every other status from 300 an
   * S3Error. Throws network errors, too.
   */
  async send(method: string, key: string, operation: S3Operation = {}): Promise<HttpAnswer> {
    const { headers = {}, query = {}, body, deadlineMs = DEADLINE_MS } = operation;
    const url = this.#url(key, query);
    const signal = AbortSignal.timeout(deadlineMs);
    return retry(S3_RETRIES, signal, isTransient, async () => {
      const signed = signRequest(this.#scope(), method, url, headers);
      if (body !== undefined) signed["content-length"] = String(body.length);
      const request: HttpRequest = { method, url, headers: signed, body, signal };
      const answer = await this.#http.send(request);
      // CompleteMultipartUpload and CopyObject may answer 200 with an error in the body.
      const failed =
        (answer.status >= 300 && answer.status !== 304) ||
        ((method === "POST" || "x-amz-copy-source" in headers) && isErrorBody(answer.body));
      if (failed) {
        this.#setClock(answer);
        throw this.#error(key, answer);
      }
      return answer;
    });
  }

  /** Takes S3's time where this machine's is too far from it for a signature. */
  #setClock({ headers, body }: HttpAnswer): void {
    const serverTime = Date.parse(headers.date ?? "");
    if (Number.isNaN(serverTime) || element(body, "Code") !== SKEWED) return;
    this.#clockOffset = serverTime - Date.now();
  }

  #error(key: string, answer: HttpAnswer): S3Error {
    const [code, message] = [element(answer.body, "Code"), element(answer.body, "Message")];
    return new S3Error(this.bucket, key, answer.status, code, message);
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
    if (endpoint) return new URL(`${endpoint.replace(/\/+$/, "")}/${this.bucket}/${path}`);
    const suffix = region.startsWith("cn-") ? "amazonaws.com.cn" : "amazonaws.com";
    // A wildcard certificate does not cover a bucket name with dots.
    return this.bucket.includes(".")
      ? new URL(`https://s3.${region}.${suffix}/${this.bucket}/${path}`)
      : new URL(`https://${this.bucket}.s3.${region}.${suffix}/${path}`);
  }

  #scope(): SigningScope {
    const now = new Date(Date.now() + this.#clockOffset);
    return { ...signingScope(this.#environment), now };
  }
}

/** The text of an element of an XML answer; empty when it has none. */
export function element(xml: Buffer, name: string): string {
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
    error.code === SKEWED ||
    error.code === "InternalError"
  );
}
