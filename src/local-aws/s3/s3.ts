/** The S3 service: recognises the operation, checks what is common to all, and runs it. */
import {
  AwsFault,
  type LocalRequest,
  type LocalResponse,
  type LocalService,
  type Permits,
} from "../common/service.ts";
import { Authorization, accessDenied, bucketArn } from "./authorization.ts";
import { bucketOperations } from "./bucket-operations.ts";
import { answerOrigin } from "./cors.ts";
import { listingOperations } from "./listing-operations.ts";
import { multipartOperations } from "./multipart-operations.ts";
import { objectOperations } from "./object-operations.ts";
import type { Call, Operation } from "./operation.ts";
import type { S3Store } from "./store.ts";

const OPERATIONS = [
  ...bucketOperations,
  ...listingOperations,
  ...objectOperations,
  ...multipartOperations,
];

/** Said about the request itself, by every client and for every operation. */
const COMMON_HEADERS = [
  "x-amz-content-sha256",
  "x-amz-date",
  "x-amz-security-token",
  "x-amz-user-agent",
  "x-amz-expected-bucket-owner",
  "x-amz-sdk-checksum-algorithm",
];

/**
 * Query parameters that change nothing: `x-id` names the operation for AWS's logs, `X-Amz-*` belong
 * to a presigned URL, and the SDK moves checksum headers, of which the body is not known yet, there.
 */
const WITHOUT_EFFECT = /^(x-id|X-Amz-.*|x-amz-checksum-.*|x-amz-sdk-checksum-algorithm)$/;

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html */
const MAX_KEY_BYTES = 1024;

export function createS3Service(store: S3Store, accountId: string, permits: Permits): LocalService {
  const answer = async (request: LocalRequest): Promise<LocalResponse> => {
    const { bucket, key } = parsePath(request.path);
    const operation = findOperation(request);
    if (operation === undefined) {
      throw notImplemented(`${request.method} ${request.path}?${request.query}`);
    }
    requireKnown(operation, request);
    const authorization = new Authorization(
      store.buckets,
      permits,
      request.accessKeyId,
      request.query.get("prefix") ?? undefined,
    );
    const call: Call = { request, bucket, key, store, authorization, accountId };
    requireOwner(call);
    requireRegion(operation, call);
    requireAllowed(operation, call);
    return operation.handle(call);
  };
  return {
    signingName: "s3",
    protocol: "rest-xml",
    streaming: true,
    identify: (request) => {
      const { bucket, key } = parsePath(request.path);
      return { operation: findOperation(request)?.name ?? "Unknown", resource: key || bucket };
    },
    handle: async (request) => {
      const { origin } = request.headers;
      if (origin === undefined) return answer(request);
      const rules = store.buckets.corsRules(parsePath(request.path).bucket);
      return answerOrigin(origin, rules, request, answer);
    },
  };
}

/** Throws InvalidURI and KeyTooLongError. */
function parsePath(path: string): { bucket: string; key: string } {
  const [, bucket = "", key = ""] = /^\/([^/]*)(?:\/(.*))?$/s.exec(path) ?? [];
  try {
    const decoded = { bucket: decodeURIComponent(bucket), key: decodeURIComponent(key) };
    if (Buffer.byteLength(decoded.key) > MAX_KEY_BYTES) {
      throw new AwsFault("KeyTooLongError", "Your key is too long");
    }
    return decoded;
  } catch (error) {
    if (error instanceof AwsFault) throw error;
    throw new AwsFault("InvalidURI", "Couldn't parse the specified URI.");
  }
}

/** Of the operations that a request fits, the one with most to recognise it by. */
function findOperation(request: LocalRequest): Operation | undefined {
  const { bucket, key } = parsePath(request.path);
  const target = key !== "" ? "object" : bucket !== "" ? "bucket" : "service";
  return OPERATIONS.filter(
    (operation) =>
      operation.method === request.method &&
      operation.target === target &&
      (operation.selectors ?? []).every((selector) => isSelected(selector, request.query)) &&
      (operation.selectingHeader === undefined ||
        request.headers[operation.selectingHeader] !== undefined),
  ).sort((a, b) => distinctness(b) - distinctness(a))[0];
}

function isSelected(selector: string, query: URLSearchParams): boolean {
  const [name = "", value] = selector.split("=");
  return value === undefined ? query.has(name) : query.get(name) === value;
}

function distinctness(operation: Operation): number {
  return (operation.selectors?.length ?? 0) + (operation.selectingHeader === undefined ? 0 : 1);
}

/** Refuses what the operation would ignore. */
function requireKnown(operation: Operation, request: LocalRequest): void {
  const selectors = (operation.selectors ?? []).map((selector) => selector.split("=")[0]);
  for (const name of request.query.keys()) {
    if (WITHOUT_EFFECT.test(name)) continue;
    if (selectors.includes(name) || operation.parameters?.includes(name)) continue;
    throw notImplemented(`the query parameter ${name} of ${operation.name}`);
  }
  for (const name of Object.keys(request.headers)) {
    if (!name.startsWith("x-amz-")) continue;
    if (COMMON_HEADERS.includes(name) || operation.headers?.includes(name)) continue;
    if (name === operation.selectingHeader) continue;
    if (name.startsWith("x-amz-meta-") || name.startsWith("x-amz-checksum-")) continue;
    throw notImplemented(`the header ${name} of ${operation.name}`);
  }
}

function requireOwner({ request, accountId }: Call): void {
  const expected = request.headers["x-amz-expected-bucket-owner"];
  if (expected !== undefined && expected !== accountId) throw accessDenied();
}

/** A bucket answers only in its own region; elsewhere S3 says where it is. */
function requireRegion(operation: Operation, { request, store, bucket }: Call): void {
  if (operation.region === "any") return;
  const { region } = store.buckets.get(bucket);
  if (region === request.region) return;
  throw new AwsFault(
    "PermanentRedirect",
    "The bucket you are attempting to access must be addressed using the specified endpoint. Please send all future requests to this endpoint.",
    301,
    {
      details: { Bucket: bucket, Endpoint: `s3.${region}.amazonaws.com`, Region: region },
      headers: { "x-amz-bucket-region": region },
    },
  );
}

function requireAllowed(operation: Operation, call: Call): void {
  const { request, authorization, bucket, key } = call;
  const { action } = operation;
  if (action === undefined) return;
  if (operation.ignoresBucketPolicy) {
    authorization.requireByRole(action, bucket === "" ? "*" : bucketArn(bucket));
    return;
  }
  const isVersion = operation.target === "object" && request.query.has("versionId");
  authorization.require(isVersion ? `${action}Version` : action, bucket, key);
}

function notImplemented(what: string): AwsFault {
  return new AwsFault("NotImplemented", `The local S3 does not implement ${what}.`, 501);
}
