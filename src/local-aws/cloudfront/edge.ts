/** What a distribution does with a request, by its own policies. It knows neither a server nor where origins are. */
import { randomBytes } from "node:crypto";
import { cacheKey, type EdgeRequest, headersForOrigin, urlForOrigin } from "./cache-key.ts";
import { compressed } from "./compression.ts";
import type { DistributionConfig, Origin } from "./distributions.ts";
import { EdgeCache, type Kept } from "./edge-cache.ts";
import { type EdgeResponse, fieldsOf, notModified, ownAnswer, partOf } from "./edge-response.ts";
import { mayStandIn, secondsToKeep } from "./freshness.ts";
import type { EdgeFunctions, FunctionRequest, FunctionResponse } from "./functions.ts";
import type { CachePolicy, Policies } from "./policies.ts";

export interface OriginRequest {
  method: string;
  url: string;
  headers: ReadonlyMap<string, string>;
  body: Buffer;
}

export interface OriginResponse {
  status: number;
  headers: ReadonlyMap<string, string>;
  cookies: readonly string[];
  body: Buffer;
}

export interface EdgeParts {
  policies: Policies;
  functions: EdgeFunctions;
  /** Rejects when there is no answer. */
  askOrigin(origin: Origin, request: OriginRequest): Promise<OriginResponse>;
  /** Milliseconds. */
  now(): number;
}

/** Bytes: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html */
const LONGEST_URL = 8192;

/** One location of CloudFront. */
export class Edge {
  readonly #parts: EdgeParts;
  readonly #cache = new EdgeCache();
  /** Requests that are on their way to the origin: others for the same wait for the answer. */
  readonly #asked = new Map<string, Promise<Kept | null>>();

  constructor(parts: EdgeParts) {
    this.#parts = parts;
  }

  async answer(config: DistributionConfig, viewer: EdgeRequest): Promise<EdgeResponse> {
    const { behavior } = config;
    if (!config.enabled) return ownAnswer(403, "The distribution is disabled.");
    if (viewer.url.length > LONGEST_URL) return ownAnswer(414, "The URL is too long.");
    if (!behavior.allowedMethods.includes(viewer.method)) {
      return ownAnswer(403, "This distribution does not allow this method.");
    }
    const isRead = ["GET", "HEAD"].includes(viewer.method);
    if (isRead && viewer.body.length > 0) return ownAnswer(403, "A GET has no body.");
    const request = this.#viewerRequest(config, viewer);
    if ("status" in request) return request;
    const policy = this.#parts.policies.find("cache-policy", behavior.cachePolicy);
    const isKept = isRead && policy.maxTtl > 0;
    const response = isKept
      ? await this.#fromCache(config, request, policy)
      : await this.#passOn(config, request, policy);
    return this.#withPolicy(config, response);
  }

  /** A fresh answer from the cache, one that the origin has said is still good, or a new one. */
  async #fromCache(
    config: DistributionConfig,
    request: EdgeRequest,
    policy: CachePolicy,
  ): Promise<EdgeResponse> {
    const key = cacheKey(request, policy);
    const now = this.#parts.now();
    const kept = this.#cache.get(key);
    if (kept !== undefined && now < kept.freshUntil) return this.#fromKept(kept, request, "Hit");
    // What only a HEAD has asked for has no body to be kept.
    if (request.method === "HEAD") return this.#passOn(config, request, policy);
    const waiting = this.#asked.get(key);
    if (waiting !== undefined) {
      const arrived = await waiting;
      if (arrived !== null && this.#parts.now() < arrived.freshUntil) {
        return this.#fromKept(arrived, request, "Hit");
      }
      return this.#passOn(config, request, policy);
    }
    let tell: (kept: Kept | null) => void = () => {};
    this.#asked.set(
      key,
      new Promise((resolve) => {
        tell = resolve;
      }),
    );
    let stored: Kept | null = null;
    try {
      const made = await this.#ask(config, request, policy, kept);
      stored = made.kept;
      return made.response;
    } finally {
      this.#asked.delete(key);
      tell(stored);
    }
  }

  async #ask(
    config: DistributionConfig,
    request: EdgeRequest,
    policy: CachePolicy,
    kept: Kept | undefined,
  ): Promise<{ response: EdgeResponse; kept: Kept | null }> {
    const key = cacheKey(request, policy);
    const etag = kept?.headers.get("etag");
    const response = await this.#origin(config, request, policy, etag);
    const now = this.#parts.now();
    if (kept !== undefined && response.status === 304 && etag !== undefined) {
      const headers = new Map([...kept.headers, ...fieldsOf(response.headers)]);
      const seconds = secondsToKeep(kept.status, headers, policy, config.errorSeconds) ?? 0;
      const again = { ...kept, headers, since: now, freshUntil: now + seconds * 1000 };
      this.#cache.set(key, again);
      return { response: this.#fromKept(again, request, "RefreshHit"), kept: again };
    }
    if (kept !== undefined && kept.status < 400 && response.status >= 500) {
      const over = (now - kept.freshUntil) / 1000;
      if (mayStandIn(kept.headers, over)) {
        return { response: this.#fromKept(kept, request, "Hit"), kept: null };
      }
    }
    const seconds = secondsToKeep(response.status, response.headers, policy, config.errorSeconds);
    if (seconds === null) {
      this.#cache.delete(key);
      return { response: this.#fresh(config, request, policy, response), kept: null };
    }
    const made = compressed(response, request, config.behavior.compress, policy);
    const stored = { ...made, since: now, freshUntil: now + seconds * 1000 };
    this.#cache.set(key, stored);
    return { response: this.#fromKept(stored, request, "Miss"), kept: stored };
  }

  async #passOn(
    config: DistributionConfig,
    request: EdgeRequest,
    policy: CachePolicy,
  ): Promise<EdgeResponse> {
    const response = await this.#origin(config, request, policy, undefined);
    return this.#fresh(config, request, policy, response);
  }

  /** `etag` is that of an answer that is kept: its own condition counts instead of the visitor's. */
  async #origin(
    config: DistributionConfig,
    request: EdgeRequest,
    policy: CachePolicy,
    etag: string | undefined,
  ): Promise<OriginResponse> {
    const { behavior, origins } = config;
    const { policies } = this.#parts;
    const forOrigin =
      behavior.originRequestPolicy === null
        ? null
        : policies.find("origin-request-policy", behavior.originRequestPolicy);
    const headers = headersForOrigin(request, policy, forOrigin);
    if (etag !== undefined) headers.set("if-none-match", etag);
    const origin = origins.find(({ id }) => id === behavior.originId)!;
    for (const [name, value] of Object.entries(origin.headers)) headers.set(name, value);
    const before = request.headers.get("x-forwarded-for");
    headers.set("x-forwarded-for", [...(before ? [before] : []), request.address].join(", "));
    headers.set("via", "1.1 local.cloudfront.net (CloudFront)");
    const { method, body } = request;
    try {
      const url = urlForOrigin(request, policy, forOrigin);
      return await this.#parts.askOrigin(origin, { method, url, headers, body });
    } catch {
      const { status, headers: own, body: text } = ownAnswer(502, "The origin does not answer.");
      return { status, headers: new Map(own), cookies: [], body: text };
    }
  }

  #fresh(
    { behavior }: DistributionConfig,
    request: EdgeRequest,
    policy: CachePolicy,
    response: OriginResponse,
  ): EdgeResponse {
    const { status, headers, cookies, body } = compressed(
      response,
      request,
      behavior.compress,
      policy,
    );
    const cache = status >= 500 ? "Error" : "Miss";
    return {
      status,
      headers: [...fieldsOf(headers), ...setCookies(cookies), ...marks(cache)],
      body,
    };
  }

  #fromKept(kept: Kept, request: EdgeRequest, cache: "Hit" | "RefreshHit" | "Miss"): EdgeResponse {
    const age = Math.floor((this.#parts.now() - kept.since) / 1000);
    const headers: [string, string][] = [
      ...fieldsOf(kept.headers),
      ...setCookies(kept.cookies),
      ...(cache === "Hit" ? ([["age", String(age)]] as [string, string][]) : []),
      ...marks(kept.status >= 500 ? "Error" : cache),
    ];
    const whole = { status: kept.status, headers, body: kept.body };
    if (kept.status !== 200) return whole;
    return notModified(whole, request.headers) ?? partOf(whole, request);
  }

  #viewerRequest(
    { behavior }: DistributionConfig,
    request: EdgeRequest,
  ): EdgeRequest | EdgeResponse {
    if (behavior.viewerRequest === null) return request;
    const [uri = "/"] = request.url.split("?");
    let made: FunctionRequest | FunctionResponse;
    try {
      made = this.#parts.functions.run(behavior.viewerRequest, {
        version: "1.0",
        context: {
          eventType: "viewer-request",
          distributionDomainName: request.headers.get("host") ?? "",
        },
        viewer: { ip: request.address },
        request: {
          method: request.method,
          uri,
          querystring: parameters(request.url),
          headers: Object.fromEntries(
            [...request.headers].map(([name, value]) => [name, { value }]),
          ),
        },
      });
    } catch {
      return ownAnswer(503, "The CloudFront function has failed.");
    }
    if ("statusCode" in made) {
      const fields = Object.entries(made.headers ?? {});
      const headers = fields.map(([name, { value }]): [string, string] => [name, value]);
      return {
        status: made.statusCode,
        headers: [...headers, ...marks("FunctionGenerated")],
        body: NOTHING,
      };
    }
    const headers = new Map(Object.entries(made.headers).map(([name, { value }]) => [name, value]));
    // Only the path may be another: what a function does to the query is not needed here.
    const url = made.uri + request.url.slice(uri.length);
    return { ...request, url, headers };
  }

  #withPolicy({ behavior }: DistributionConfig, response: EdgeResponse): EdgeResponse {
    const { responseHeadersPolicy: id } = behavior;
    if (id === null) return response;
    const added = this.#parts.policies.find("response-headers-policy", id).headers;
    const has = (name: string) => response.headers.some(([other]) => other === name);
    const put = added.filter(({ name, override }) => override || !has(name));
    const rest = response.headers.filter(([name]) => !put.some((one) => one.name === name));
    const own = put.map(({ name, value }): [string, string] => [name, value]);
    return { ...response, headers: [...rest, ...own] };
  }
}

const NOTHING = Buffer.alloc(0);

function setCookies(cookies: readonly string[]): [string, string][] {
  return cookies.map((cookie) => ["set-cookie", cookie]);
}

function marks(cache: string): [string, string][] {
  return [
    ["x-cache", `${cache} from cloudfront`],
    ["via", "1.1 local.cloudfront.net (CloudFront)"],
    ["x-amz-cf-pop", "LOC50-P1"],
    ["x-amz-cf-id", randomBytes(24).toString("base64url")],
  ];
}

function parameters(url: string): Record<string, { value: string }> {
  const question = url.indexOf("?");
  const query = new URLSearchParams(question < 0 ? "" : url.slice(question + 1));
  return Object.fromEntries([...query].map(([name, value]) => [name, { value }]));
}
