/**
 * What a SigV4 signature says: who signed, which service and region a request is for, and until when
 * it is valid. `verify-signature.ts` recomputes it.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html
 */
import { AwsFault } from "./common/service.ts";

export interface CredentialScope {
  accessKeyId: string;
  region: string;
  /** Signing name. */
  service: string;
  /** `20261120/us-east-1/s3/aws4_request` */
  scope: string;
}

export interface Signature extends CredentialScope {
  /** `20261120T235540Z` */
  date: string;
  signedHeaders: readonly string[];
  /** Hex. */
  signature: string;
}

/** What AWS puts up with. */
const MAX_SKEW_MS = 15 * 60_000;

/** A week: the longest that AWS lets a presigned URL live. */
const MAX_EXPIRES_SECONDS = 604_800;

/**
 * Reads the signature from the Authorization header or from a presigned URL.
 * Throws AccessDenied when there is no signature or the URL has expired, RequestTimeTooSkewed when it was
 * signed by another clock.
 */
export function readSignature(
  headers: Record<string, string>,
  query: URLSearchParams,
  now: Date,
): Signature {
  const authorization = headers.authorization;
  if (authorization !== undefined) return readAuthorization(authorization, headers, now);
  if (query.has("X-Amz-Signature")) return readPresigned(query, now);
  throw new AwsFault("AccessDenied", "Access Denied", 403);
}

function readAuthorization(
  authorization: string,
  headers: Record<string, string>,
  now: Date,
): Signature {
  const [algorithm, fields = ""] = splitOnce(authorization, " ");
  if (algorithm !== "AWS4-HMAC-SHA256") {
    throw new AwsFault(
      "InvalidRequest",
      "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.",
    );
  }
  const values = new Map(fields.split(",").map((field) => splitOnce(field.trim(), "=")));
  const scope = parseScope(values.get("Credential") ?? "");
  const signedHeaders = namesOf(values.get("SignedHeaders"));
  const date = headers["x-amz-date"] ?? "";
  const signature = values.get("Signature");
  if (scope === undefined || !signedHeaders.includes("host") || !signature) {
    throw new AwsFault(
      "AuthorizationHeaderMalformed",
      "The authorization header is malformed; it needs Credential, SignedHeaders and Signature.",
    );
  }
  const signedAt = parseAmzDate(date);
  if (!scope.scope.startsWith(date.slice(0, 8)) || signedAt === undefined) {
    throw new AwsFault(
      "AuthorizationHeaderMalformed",
      "The request needs a header x-amz-date of the day of its signature.",
    );
  }
  if (Math.abs(now.getTime() - signedAt.getTime()) > MAX_SKEW_MS) {
    throw new AwsFault(
      "RequestTimeTooSkewed",
      "The difference between the request time and the current time is too large.",
      403,
      {
        details: {
          RequestTime: date,
          ServerTime: now.toISOString(),
          MaxAllowedSkewMilliseconds: String(MAX_SKEW_MS),
        },
      },
    );
  }
  return { ...scope, date, signedHeaders, signature };
}

function readPresigned(query: URLSearchParams, now: Date): Signature {
  const scope = parseScope(query.get("X-Amz-Credential") ?? "");
  const date = query.get("X-Amz-Date") ?? "";
  const signedAt = parseAmzDate(date);
  const signedHeaders = namesOf(query.get("X-Amz-SignedHeaders") ?? "");
  const expires = Number(query.get("X-Amz-Expires") ?? Number.NaN);
  if (
    query.get("X-Amz-Algorithm") !== "AWS4-HMAC-SHA256" ||
    !signedHeaders.includes("host") ||
    scope === undefined ||
    signedAt === undefined ||
    !(expires >= 1 && expires <= MAX_EXPIRES_SECONDS)
  ) {
    throw new AwsFault(
      "AuthorizationQueryParametersError",
      "A presigned URL needs X-Amz-Algorithm, X-Amz-Credential, X-Amz-Date, X-Amz-SignedHeaders, " +
        `X-Amz-Signature and X-Amz-Expires (1 to ${MAX_EXPIRES_SECONDS}).`,
    );
  }
  if (signedAt.getTime() - now.getTime() > MAX_SKEW_MS) {
    throw new AwsFault("AccessDenied", "Request is not yet valid", 403);
  }
  const expiresAt = new Date(signedAt.getTime() + expires * 1000);
  if (now > expiresAt) {
    throw new AwsFault("AccessDenied", "Request has expired", 403, {
      details: { Expires: expiresAt.toISOString(), ServerTime: now.toISOString() },
    });
  }
  return { ...scope, date, signedHeaders, signature: query.get("X-Amz-Signature") ?? "" };
}

function namesOf(list = ""): string[] {
  return list.split(";").filter((name) => name !== "");
}

/** `AKID/20261120/us-east-1/s3/aws4_request` */
function parseScope(credential: string): CredentialScope | undefined {
  const parts = credential.split("/");
  const [accessKeyId, date, region, service, terminator] = parts;
  if (parts.length !== 5 || terminator !== "aws4_request") return undefined;
  if (!accessKeyId || !/^\d{8}$/.test(date ?? "") || !region || !service) return undefined;
  return { accessKeyId, region, service, scope: parts.slice(1).join("/") };
}

/** `20261120T235540Z` */
function parseAmzDate(text: string): Date | undefined {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second] = match.map(Number);
  return new Date(Date.UTC(year!, month! - 1, day, hour, minute, second));
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at === -1 ? [text, ""] : [text.slice(0, at), text.slice(at + separator.length)];
}
