/** Operations on single objects. */
import { AwsFault, type LocalResponse } from "../common/service.ts";
import {
  ENCRYPTION_HEADER,
  emptyAnswer,
  isoTime,
  quoted,
  versionHeader,
  xmlAnswer,
} from "./answers.ts";
import { isNotModified, readRange, writeCondition } from "./conditions.ts";
import {
  objectHeaders,
  overriddenHeaders,
  RESPONSE_OVERRIDES,
  WRITE_HEADERS,
} from "./object-headers.ts";
import type { Call, Operation } from "./operation.ts";
import { receiveUpload } from "./upload-body.ts";
import type { ObjectVersion } from "./versions.ts";

export const objectOperations: Operation[] = [
  {
    name: "PutObject",
    method: "PUT",
    target: "object",
    headers: WRITE_HEADERS,
    action: "s3:PutObject",
    handle: putObject,
  },
  {
    name: "CopyObject",
    method: "PUT",
    target: "object",
    selectingHeader: "x-amz-copy-source",
    headers: [...WRITE_HEADERS, "x-amz-metadata-directive"],
    action: "s3:PutObject",
    handle: copyObject,
  },
  {
    name: "GetObject",
    method: "GET",
    target: "object",
    parameters: ["versionId", ...Object.keys(RESPONSE_OVERRIDES)],
    headers: ["x-amz-checksum-mode"],
    action: "s3:GetObject",
    handle: getObject,
  },
  {
    name: "HeadObject",
    method: "HEAD",
    target: "object",
    parameters: ["versionId", ...Object.keys(RESPONSE_OVERRIDES)],
    headers: ["x-amz-checksum-mode"],
    action: "s3:GetObject",
    handle: getObject,
  },
  {
    name: "DeleteObject",
    method: "DELETE",
    target: "object",
    parameters: ["versionId"],
    action: "s3:DeleteObject",
    handle: deleteObject,
  },
];

async function putObject({ store, request, bucket, key }: Call): Promise<LocalResponse> {
  store.buckets.get(bucket);
  const condition = writeCondition(request.headers);
  if (condition) store.objects.requireCondition(bucket, key, condition);
  const headers = objectHeaders(request.headers);
  const received = await receiveUpload(store.bodies, request);
  const version = store.objects.put(
    bucket,
    key,
    received,
    { etag: received.md5, headers: { ...headers, ...fullObjectChecksum(received.checksum) } },
    condition,
  );
  return emptyAnswer(200, {
    etag: quoted(version.etag),
    ...ENCRYPTION_HEADER,
    ...fullObjectChecksum(received.checksum),
    ...versionHeader(version, store.buckets.versioning(bucket)),
  });
}

function fullObjectChecksum(checksum: Record<string, string>): Record<string, string> {
  if (Object.keys(checksum).length === 0) return {};
  return { ...checksum, "x-amz-checksum-type": "FULL_OBJECT" };
}

async function copyObject(call: Call): Promise<LocalResponse> {
  const { store, request, authorization, bucket, key } = call;
  const source = parseCopySource(request.headers["x-amz-copy-source"]!);
  authorization.require("s3:GetObject", source.bucket, source.key);
  const original = store.objects.get(source.bucket, source.key, source.versionId);
  const condition = writeCondition(request.headers);
  if (condition) store.objects.requireCondition(bucket, key, condition);
  const replaced = request.headers["x-amz-metadata-directive"] === "REPLACE";
  const headers = replaced ? objectHeaders(request.headers) : original.headers;
  const received = await store.bodies.receive(store.objects.stream(original));
  const version = store.objects.put(
    bucket,
    key,
    received,
    { etag: received.md5, headers },
    condition,
    "CopyObject",
  );
  return xmlAnswer(
    "CopyObjectResult",
    { ETag: quoted(version.etag), LastModified: isoTime(version.modifiedAt) },
    { ...ENCRYPTION_HEADER, ...versionHeader(version, store.buckets.versioning(bucket)) },
  );
}

/** `/bucket/key?versionId=…`, percent-encoded. Throws InvalidArgument. */
function parseCopySource(header: string): {
  bucket: string;
  key: string;
  versionId?: string;
} {
  const match = /^\/?([^/]+)\/([^?]+)(?:\?versionId=(.+))?$/.exec(header);
  const key = decodeComponent(match?.[2]);
  if (match === null || key === undefined) {
    throw new AwsFault(
      "InvalidArgument",
      "Copy Source must mention the source bucket and key: sourcebucket/sourcekey",
    );
  }
  return { bucket: match[1]!, key, versionId: match[3] };
}

function decodeComponent(text: string | undefined): string | undefined {
  try {
    return text === undefined ? undefined : decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

function getObject(call: Call): LocalResponse {
  const { store, request, bucket } = call;
  const object = findObject(call, request.query.get("versionId") ?? undefined);
  const validators = {
    etag: quoted(object.etag),
    "last-modified": new Date(object.modifiedAt).toUTCString(),
    ...versionHeader(object, store.buckets.versioning(bucket)),
  };
  if (isNotModified(object, request.headers)) {
    return { status: 304, headers: validators, body: "" };
  }
  const range = readRange(request.headers.range, object.size);
  const { start, end } = range ?? { start: 0, end: object.size - 1 };
  const wantsChecksum = request.headers["x-amz-checksum-mode"] === "ENABLED" && !range;
  const headers: Record<string, string> = {
    "accept-ranges": "bytes",
    ...validators,
    ...ENCRYPTION_HEADER,
    ...storedHeaders(object, wantsChecksum),
    ...overriddenHeaders(request.query),
    "content-length": String(end - start + 1),
  };
  if (range) headers["content-range"] = `bytes ${start}-${end}/${object.size}`;
  const body = request.method === "HEAD" ? "" : store.objects.stream(object, start, end);
  return { status: range ? 206 : 200, headers, body };
}

/** Who may not list a bucket is not told either that an object is missing. */
function findObject(call: Call, versionId: string | undefined): ObjectVersion {
  const { store, authorization, bucket, key } = call;
  try {
    return store.objects.get(bucket, key, versionId);
  } catch (error) {
    const isMissing = error instanceof AwsFault && error.code === "NoSuchKey";
    if (isMissing) authorization.require("s3:ListBucket", bucket);
    throw error;
  }
}

/** A checksum is of the whole object, so it goes only with the whole object, and when asked for. */
function storedHeaders(object: ObjectVersion, withChecksum: boolean): Record<string, string> {
  if (withChecksum) return object.headers;
  return Object.fromEntries(
    Object.entries(object.headers).filter(([name]) => !name.startsWith("x-amz-checksum-")),
  );
}

function deleteObject({ store, request, bucket, key }: Call): LocalResponse {
  const condition = writeCondition(request.headers);
  if (condition) store.objects.requireCondition(bucket, key, condition);
  const versionId = request.query.get("versionId") ?? undefined;
  const deleted = store.objects.delete(bucket, key, versionId);
  return emptyAnswer(204, {
    ...(deleted.versionId === undefined ? {} : { "x-amz-version-id": deleted.versionId }),
    ...(deleted.isDeleteMarker ? { "x-amz-delete-marker": "true" } : {}),
  });
}
