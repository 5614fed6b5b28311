/**
 * Whether a request was signed with the secret of its access key: Signature Version 4, in headers or in
 * a presigned URL.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { AwsFault } from "./common/service.ts";
import type { Signature } from "./signature.ts";

export interface AccessKey {
  secretAccessKey: string;
  /** Sent along by whoever assumed a role. */
  sessionToken?: string;
}

export interface SignedRequest {
  method: string;
  /** As sent, percent-encoded. */
  path: string;
  query: URLSearchParams;
  /** Lower-case names. */
  headers: Record<string, string>;
  /** null for a service that receives it as a stream and compares it with its hash then. */
  body: Buffer | null;
}

type Unsigned = Omit<Signature, "signature">;

const UNSIGNED_PAYLOAD = "UNSIGNED-PAYLOAD";

/**
 * `key` undefined: nobody has this access key. Throws InvalidAccessKeyId, InvalidToken,
 * SignatureDoesNotMatch, XAmzContentSHA256Mismatch. Returns what chunks of the body are verified with.
 */
export function verifySignature(
  request: SignedRequest,
  signature: Signature,
  key: AccessKey | undefined,
): SignatureChain {
  if (key === undefined) {
    throw new AwsFault(
      "InvalidAccessKeyId",
      "The AWS Access Key Id you provided does not exist in our records.",
      403,
    );
  }
  const { headers, query } = request;
  const token = headers["x-amz-security-token"] ?? query.get("X-Amz-Security-Token") ?? undefined;
  if (key.sessionToken !== undefined && token !== key.sessionToken) {
    throw new AwsFault("InvalidToken", "The provided token is malformed or otherwise invalid.");
  }
  const expected = signatureOf(request, signature, key);
  const given = Buffer.from(signature.signature, "hex");
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) throw mismatch();
  return new SignatureChain(signature, signingKey(key.secretAccessKey, signature.scope));
}

function mismatch(): AwsFault {
  return new AwsFault(
    "SignatureDoesNotMatch",
    "The request signature we calculated does not match the signature you provided. " +
      "Check your AWS secret access key and signing method.",
    403,
  );
}

/**
 * The signatures of a body that is signed in chunks: each signs the one before it, the first one that of
 * the request. https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
 */
export class SignatureChain {
  readonly #scope: Pick<Signature, "date" | "scope">;
  readonly #key: Buffer;
  #previous: string;

  constructor({ date, scope, signature }: Signature, key: Buffer) {
    this.#scope = { date, scope };
    this.#key = key;
    this.#previous = signature;
  }

  /** `digest`: SHA-256 of the chunk, hex. Throws SignatureDoesNotMatch. */
  verifyChunk(digest: string, signature: string | undefined): void {
    this.#verify("AWS4-HMAC-SHA256-PAYLOAD", [sha256(""), digest], signature);
  }

  /** `lines`: the trailers as `name:value\n`. Throws SignatureDoesNotMatch. */
  verifyTrailers(lines: string, signature: string | undefined): void {
    this.#verify("AWS4-HMAC-SHA256-TRAILER", [sha256(lines)], signature);
  }

  #verify(algorithm: string, hashes: string[], signature: string | undefined): void {
    const { date, scope } = this.#scope;
    const text = [algorithm, date, scope, this.#previous, ...hashes].join("\n");
    const expected = hmac(this.#key, text).toString("hex");
    if (signature !== expected) throw mismatch();
    this.#previous = expected;
  }
}

/** What the signature of a request has to be. */
export function signatureOf(
  request: SignedRequest,
  signature: Unsigned,
  { secretAccessKey }: AccessKey,
): Buffer {
  return hmac(signingKey(secretAccessKey, signature.scope), stringToSign(request, signature));
}

function stringToSign(request: SignedRequest, signature: Unsigned): string {
  const { date, scope } = signature;
  const canonical = canonicalRequest(request, signature);
  return ["AWS4-HMAC-SHA256", date, scope, sha256(canonical)].join("\n");
}

function canonicalRequest(request: SignedRequest, { service, signedHeaders }: Unsigned): string {
  const { method, path, query, headers } = request;
  return [
    method,
    canonicalPath(path, service),
    canonicalQuery(query),
    ...signedHeaders.map((name) => `${name}:${(headers[name] ?? "").trim().replace(/\s+/g, " ")}`),
    "",
    signedHeaders.join(";"),
    payloadHash(request, service),
  ].join("\n");
}

/** S3 takes a path as it is; all others encode its parts once more. */
function canonicalPath(path: string, service: string): string {
  return path
    .split("/")
    .map((part) => (service === "s3" ? encode(decode(part)) : encode(encode(decode(part)))))
    .join("/");
}

function canonicalQuery(query: URLSearchParams): string {
  return [...query]
    .filter(([name]) => name !== "X-Amz-Signature")
    .map(([name, value]) => [encode(name), encode(value)] as const)
    .sort(([a, x], [b, y]) => (a === b ? (x < y ? -1 : 1) : a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join("&");
}

/** What the client says of its body, after a look at the body where it is here. */
function payloadHash({ headers, query, body }: SignedRequest, service: string): string {
  const said = headers["x-amz-content-sha256"];
  if (service === "s3") {
    const isPresigned = query.has("X-Amz-Signature");
    return said ?? (isPresigned || body === null ? UNSIGNED_PAYLOAD : sha256(body));
  }
  const computed = sha256(body ?? "");
  if (said !== undefined && said !== computed) {
    throw new AwsFault(
      "XAmzContentSHA256Mismatch",
      "The provided 'x-amz-content-sha256' header does not match what was computed.",
    );
  }
  return computed;
}

function signingKey(secret: string, scope: string): Buffer {
  return scope
    .split("/")
    .reduce<Buffer>((key, part) => hmac(key, part), Buffer.from(`AWS4${secret}`));
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}

function sha256(data: string | Buffer): string {
  return createHash("sha256").update(data).digest("hex");
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** Everything but A-Z a-z 0-9 - . _ ~ is percent-encoded. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
