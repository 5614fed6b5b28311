/** Operations on multipart uploads. */
import { text } from "node:stream/consumers";
import { z } from "zod";
import { AwsFault, type LocalResponse } from "../common/service.ts";
import { malformedXml, parseXml } from "../common/xml.ts";
import {
  ENCRYPTION_HEADER,
  emptyAnswer,
  isoTime,
  quoted,
  urlEncodeKey,
  versionHeader,
  xmlAnswer,
} from "./answers.ts";
import { CHECKSUM_ALGORITHMS, checksumHeader } from "./checksums.ts";
import { writeCondition } from "./conditions.ts";
import { objectHeaders, WRITE_HEADERS } from "./object-headers.ts";
import type { Call, Operation } from "./operation.ts";
import { receiveUpload } from "./upload-body.ts";
import { type ListedPart, MAX_PART_NUMBER, type Upload } from "./uploads.ts";

export const multipartOperations: Operation[] = [
  {
    name: "CreateMultipartUpload",
    method: "POST",
    target: "object",
    selectors: ["uploads"],
    headers: [...WRITE_HEADERS, "x-amz-checksum-algorithm"],
    action: "s3:PutObject",
    handle: createMultipartUpload,
  },
  {
    name: "UploadPart",
    method: "PUT",
    target: "object",
    selectors: ["partNumber", "uploadId"],
    headers: WRITE_HEADERS,
    action: "s3:PutObject",
    handle: uploadPart,
  },
  {
    name: "CompleteMultipartUpload",
    method: "POST",
    target: "object",
    selectors: ["uploadId"],
    action: "s3:PutObject",
    handle: completeMultipartUpload,
  },
  {
    name: "AbortMultipartUpload",
    method: "DELETE",
    target: "object",
    selectors: ["uploadId"],
    action: "s3:AbortMultipartUpload",
    handle: ({ store, request, bucket, key }) => {
      store.uploads.abort(store.uploads.get(bucket, key, uploadIdOf(request.query)));
      return emptyAnswer(204);
    },
  },
  {
    name: "ListParts",
    method: "GET",
    target: "object",
    selectors: ["uploadId"],
    parameters: ["max-parts", "part-number-marker"],
    action: "s3:ListMultipartUploadParts",
    handle: listParts,
  },
  {
    name: "ListMultipartUploads",
    method: "GET",
    target: "bucket",
    selectors: ["uploads"],
    parameters: ["prefix", "max-uploads", "key-marker", "upload-id-marker", "encoding-type"],
    action: "s3:ListBucketMultipartUploads",
    handle: listMultipartUploads,
  },
];

function createMultipartUpload({ store, request, bucket, key }: Call): LocalResponse {
  const headers = objectHeaders(request.headers);
  const checksum = readChecksumChoice(request.headers);
  const uploadId = store.uploads.create(bucket, key, headers, checksum);
  return xmlAnswer(
    "InitiateMultipartUploadResult",
    { Bucket: bucket, Key: key, UploadId: uploadId },
    {
      ...ENCRYPTION_HEADER,
      ...(checksum && {
        "x-amz-checksum-algorithm": checksum.algorithm,
        "x-amz-checksum-type": checksum.type,
      }),
    },
  );
}

/** CRC64NVME is always of the whole object, the others by default of the parts' checksums. */
function readChecksumChoice(headers: Record<string, string>): Upload["checksum"] {
  const wanted = headers["x-amz-checksum-algorithm"];
  if (wanted === undefined) return undefined;
  const algorithm = CHECKSUM_ALGORITHMS.find((name) => name === wanted.toUpperCase());
  const type =
    headers["x-amz-checksum-type"] ?? (algorithm === "CRC64NVME" ? "FULL_OBJECT" : "COMPOSITE");
  if (algorithm === undefined || (type !== "FULL_OBJECT" && type !== "COMPOSITE")) {
    throw new AwsFault("InvalidRequest", `Checksum ${wanted} ${type} is unsupported.`);
  }
  return { algorithm, type };
}

async function uploadPart({ store, request, bucket, key }: Call): Promise<LocalResponse> {
  const number = Number(request.query.get("partNumber"));
  if (!Number.isInteger(number) || number < 1 || number > MAX_PART_NUMBER) {
    throw new AwsFault(
      "InvalidArgument",
      `Part number must be an integer between 1 and ${MAX_PART_NUMBER}, inclusive`,
    );
  }
  const upload = store.uploads.get(bucket, key, uploadIdOf(request.query));
  const received = await receiveUpload(store.bodies, request);
  store.uploads.putPart(upload, number, received);
  return emptyAnswer(200, {
    etag: quoted(received.md5),
    ...ENCRYPTION_HEADER,
    ...received.checksum,
  });
}

async function completeMultipartUpload({ store, request, bucket, key }: Call) {
  const upload = store.uploads.get(bucket, key, uploadIdOf(request.query));
  const condition = writeCondition(request.headers);
  if (condition) store.objects.requireCondition(bucket, key, condition);
  const listed = readListedParts(await text(request.stream));
  // Here the checksum headers are about the object, not about the list of its parts.
  const expected = Object.fromEntries(
    CHECKSUM_ALGORITHMS.map(checksumHeader).flatMap((name) => {
      const value = request.headers[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
  const version = await store.uploads.complete(upload, listed, expected, condition);
  return xmlAnswer(
    "CompleteMultipartUploadResult",
    {
      Location: `/${bucket}/${urlEncodeKey(key)}`,
      Bucket: bucket,
      Key: key,
      ETag: quoted(version.etag),
    },
    { ...ENCRYPTION_HEADER, ...versionHeader(version, store.buckets.versioning(bucket)) },
  );
}

const completeSchema = z.strictObject({
  Part: z
    .array(
      z.strictObject({
        PartNumber: z.string().regex(/^\d{1,5}$/),
        ETag: z.string(),
        ChecksumCRC32: z.string().optional(),
        ChecksumCRC32C: z.string().optional(),
        ChecksumCRC64NVME: z.string().optional(),
        ChecksumSHA1: z.string().optional(),
        ChecksumSHA256: z.string().optional(),
      }),
    )
    .min(1)
    .max(MAX_PART_NUMBER),
});

function readListedParts(body: string): ListedPart[] {
  const parsed = completeSchema.safeParse(parseXml(body, "CompleteMultipartUpload"));
  if (!parsed.success) throw malformedXml();
  return parsed.data.Part.map((part) => {
    const checksum: Record<string, string> = {};
    for (const algorithm of CHECKSUM_ALGORITHMS) {
      const value = part[`Checksum${algorithm}`];
      if (value !== undefined) checksum[checksumHeader(algorithm)] = value;
    }
    return { number: Number(part.PartNumber), etag: part.ETag.replaceAll('"', ""), checksum };
  });
}

function listParts({ store, request, bucket, key }: Call): LocalResponse {
  const upload = store.uploads.get(bucket, key, uploadIdOf(request.query));
  const marker = Number(request.query.get("part-number-marker") ?? 0);
  const limit = Math.min(Number(request.query.get("max-parts") ?? 1000), 1000);
  const parts = store.uploads.parts(upload).filter((part) => part.number > marker);
  const page = parts.slice(0, limit);
  return xmlAnswer("ListPartsResult", {
    Bucket: bucket,
    Key: key,
    UploadId: upload.uploadId,
    PartNumberMarker: marker,
    NextPartNumberMarker: page.at(-1)?.number,
    MaxParts: limit,
    IsTruncated: parts.length > page.length,
    StorageClass: "STANDARD",
    Part: page.map((part) => ({
      PartNumber: part.number,
      LastModified: isoTime(part.modifiedAt),
      ETag: quoted(part.etag),
      Size: part.size,
    })),
  });
}

function listMultipartUploads({ store, request, bucket }: Call): LocalResponse {
  const { query } = request;
  const encode = query.get("encoding-type") === "url" ? urlEncodeKey : (key: string) => key;
  const prefix = query.get("prefix") ?? "";
  const keyMarker = query.get("key-marker") ?? "";
  const idMarker = query.get("upload-id-marker") ?? "";
  const limit = Math.min(Number(query.get("max-uploads") ?? 1000), 1000);
  const all = store.uploads.list(bucket, prefix);
  const markerAt = all.findIndex(({ key, uploadId }) => key === keyMarker && uploadId === idMarker);
  const rest =
    markerAt === -1
      ? all.filter(({ key }) => Buffer.compare(Buffer.from(key), Buffer.from(keyMarker)) > 0)
      : all.slice(markerAt + 1);
  const page = rest.slice(0, limit);
  const last = rest.length > page.length ? page.at(-1) : undefined;
  return xmlAnswer("ListMultipartUploadsResult", {
    Bucket: bucket,
    KeyMarker: encode(keyMarker),
    UploadIdMarker: idMarker,
    NextKeyMarker: last && encode(last.key),
    NextUploadIdMarker: last?.uploadId,
    Prefix: encode(prefix),
    EncodingType: query.get("encoding-type") ?? undefined,
    MaxUploads: limit,
    IsTruncated: last !== undefined,
    Upload: page.map((upload) => ({
      Key: encode(upload.key),
      UploadId: upload.uploadId,
      StorageClass: "STANDARD",
      Initiated: isoTime(upload.createdAt),
    })),
  });
}

function uploadIdOf(query: URLSearchParams): string {
  return query.get("uploadId") ?? "";
}
