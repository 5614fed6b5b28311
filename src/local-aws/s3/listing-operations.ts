/** Operations on many objects of a bucket: listing and DeleteObjects. */
import { z } from "zod";
import { AwsFault, type LocalResponse } from "../common/service.ts";
import { malformedXml, parseXml, type XmlValue } from "../common/xml.ts";
import { isoTime, quoted, urlEncodeKey, xmlAnswer } from "./answers.ts";
import type { Listing, Position } from "./listing.ts";
import type { Call, Operation } from "./operation.ts";
import { receiveText } from "./upload-body.ts";
import type { ObjectVersion } from "./versions.ts";

/** Most entries of one page, and most keys of one DeleteObjects. */
const MAX_KEYS = 1000;

export const listingOperations: Operation[] = [
  {
    name: "ListObjectsV2",
    method: "GET",
    target: "bucket",
    selectors: ["list-type=2"],
    parameters: [
      "prefix",
      "delimiter",
      "max-keys",
      "start-after",
      "continuation-token",
      "encoding-type",
      "fetch-owner",
    ],
    action: "s3:ListBucket",
    handle: listObjects,
  },
  {
    name: "ListObjectVersions",
    method: "GET",
    target: "bucket",
    selectors: ["versions"],
    parameters: [
      "prefix",
      "delimiter",
      "max-keys",
      "key-marker",
      "version-id-marker",
      "encoding-type",
    ],
    action: "s3:ListBucketVersions",
    handle: listObjectVersions,
  },
  {
    name: "DeleteObjects",
    method: "POST",
    target: "bucket",
    selectors: ["delete"],
    // Each key is checked for itself, and refused in the answer.
    handle: deleteObjects,
  },
];

function listObjects({ store, request, bucket, accountId }: Call): LocalResponse {
  const { query } = request;
  const { encode, ...page } = readPage(query);
  const token = query.get("continuation-token");
  const startAfter = query.get("start-after");
  const start = startAfter === null ? undefined : { key: startAfter };
  const after = token === null ? start : decodeToken(token);
  const listing = store.objects.list(bucket, { ...page, after });
  const owner = query.get("fetch-owner") === "true" ? ownerElement(accountId) : undefined;
  return xmlAnswer("ListBucketResult", {
    Name: bucket,
    ...pageElements(query, listing, page.limit, encode),
    KeyCount: listing.entries.length + listing.commonPrefixes.length,
    StartAfter: startAfter === null ? undefined : encode(startAfter),
    ContinuationToken: token ?? undefined,
    NextContinuationToken: listing.next && encodeToken(listing.next),
    Contents: listing.entries.map((object) => ({
      Key: encode(object.key),
      ...entryElements(object),
      Owner: owner,
    })),
  });
}

function listObjectVersions({ store, request, bucket, accountId }: Call): LocalResponse {
  const { query } = request;
  const { encode, ...page } = readPage(query);
  const keyMarker = query.get("key-marker") ?? "";
  const versionIdMarker = query.get("version-id-marker") ?? "";
  const listing = store.objects.listVersions(bucket, {
    ...page,
    after: markerPosition(keyMarker, versionIdMarker, page.delimiter),
  });
  const { next } = listing;
  const element = (version: ObjectVersion) => ({
    Key: encode(version.key),
    VersionId: version.versionId,
    IsLatest: version.isLatest,
    Owner: ownerElement(accountId),
  });
  return xmlAnswer("ListVersionsResult", {
    Name: bucket,
    ...pageElements(query, listing, page.limit, encode),
    KeyMarker: encode(keyMarker),
    VersionIdMarker: versionIdMarker,
    NextKeyMarker: next && encode("commonPrefix" in next ? next.commonPrefix : next.key),
    NextVersionIdMarker: next && "key" in next ? next.versionId : undefined,
    Version: listing.entries
      .filter((version) => !version.isDeleteMarker)
      .map((version) => ({ ...element(version), ...entryElements(version) })),
    DeleteMarker: listing.entries
      .filter((version) => version.isDeleteMarker)
      .map((version) => ({ ...element(version), LastModified: isoTime(version.modifiedAt) })),
  });
}

/** A marker that ends a common prefix stands for all keys that begin with it. */
function markerPosition(key: string, versionId: string, delimiter: string): Position | undefined {
  if (key === "") return undefined;
  if (versionId !== "") return { key, versionId };
  return delimiter !== "" && key.endsWith(delimiter) ? { commonPrefix: key } : { key };
}

function readPage(query: URLSearchParams) {
  const encoding = query.get("encoding-type");
  if (encoding !== null && encoding !== "url") {
    throw new AwsFault("InvalidArgument", "Invalid Encoding Method specified in Request");
  }
  const maxKeys = query.get("max-keys") ?? String(MAX_KEYS);
  if (!/^\d{1,9}$/.test(maxKeys)) {
    throw new AwsFault(
      "InvalidArgument",
      "Provided max-keys not an integer or within integer range",
    );
  }
  return {
    prefix: query.get("prefix") ?? "",
    delimiter: query.get("delimiter") ?? "",
    limit: Math.min(Number(maxKeys), MAX_KEYS),
    encode: encoding === "url" ? urlEncodeKey : (key: string) => key,
  };
}

function pageElements(
  query: URLSearchParams,
  listing: Listing<unknown>,
  limit: number,
  encode: (key: string) => string,
): { [element: string]: XmlValue } {
  const delimiter = query.get("delimiter") ?? "";
  return {
    Prefix: encode(query.get("prefix") ?? ""),
    Delimiter: delimiter === "" ? undefined : encode(delimiter),
    MaxKeys: limit,
    EncodingType: query.get("encoding-type") ?? undefined,
    IsTruncated: listing.next !== undefined,
    CommonPrefixes: listing.commonPrefixes.map((prefix) => ({ Prefix: encode(prefix) })),
  };
}

function entryElements(object: ObjectVersion) {
  return {
    LastModified: isoTime(object.modifiedAt),
    ETag: quoted(object.etag),
    Size: object.size,
    StorageClass: "STANDARD",
  };
}

function ownerElement(accountId: string) {
  return { ID: accountId, DisplayName: "local" };
}

function encodeToken(position: Position): string {
  return Buffer.from(JSON.stringify(position)).toString("base64url");
}

const positionSchema = z.union([
  z.strictObject({ commonPrefix: z.string() }),
  z.strictObject({ key: z.string(), versionId: z.string().optional() }),
]);

function decodeToken(token: string): Position {
  try {
    return positionSchema.parse(JSON.parse(Buffer.from(token, "base64url").toString()));
  } catch {
    throw new AwsFault("InvalidArgument", "The continuation token provided is incorrect");
  }
}

const deleteSchema = z.strictObject({
  Object: z
    .array(z.strictObject({ Key: z.string().min(1), VersionId: z.string().min(1).optional() }))
    .min(1)
    .max(MAX_KEYS),
  Quiet: z.enum(["true", "false"]).optional(),
});

async function deleteObjects(call: Call): Promise<LocalResponse> {
  const { store, request, authorization, bucket } = call;
  store.buckets.get(bucket);
  const body = parseXml(await receiveText(request), "Delete");
  const parsed = deleteSchema.safeParse(body);
  if (!parsed.success) throw malformedXml();
  const deleted: XmlValue[] = [];
  const errors: XmlValue[] = [];
  for (const { Key, VersionId } of parsed.data.Object) {
    const action = VersionId === undefined ? "s3:DeleteObject" : "s3:DeleteObjectVersion";
    if (!authorization.allows(action, bucket, Key)) {
      errors.push({ Key, VersionId, Code: "AccessDenied", Message: "Access Denied" });
      continue;
    }
    const result = store.objects.delete(bucket, Key, VersionId);
    deleted.push({
      Key,
      VersionId,
      DeleteMarker: result.isDeleteMarker || undefined,
      DeleteMarkerVersionId: result.isDeleteMarker ? result.versionId : undefined,
    });
  }
  const isQuiet = parsed.data.Quiet === "true";
  return xmlAnswer("DeleteResult", { Deleted: isQuiet ? [] : deleted, Error: errors });
}
