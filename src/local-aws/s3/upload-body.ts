/** Receives request bodies and verifies everything the client said about it. */
import { createHash } from "node:crypto";
import { buffer } from "node:stream/consumers";
import { AwsFault, type LocalRequest } from "../common/service.ts";
import { decodeAwsChunked } from "./aws-chunked.ts";
import type { Bodies, ReceivedBody } from "./bodies.ts";
import {
  CHECKSUM_ALGORITHMS,
  type Checksum,
  type ChecksumAlgorithm,
  checksumHeader,
  createChecksum,
} from "./checksums.ts";

export interface UploadedBody extends ReceivedBody {
  /** The `x-amz-checksum-*` header that the client sent, verified; empty when it sent none. */
  checksum: Record<string, string>;
}

/**
 * Streams the body to disk.
 * Throws MissingContentLength, IncompleteBody, InvalidDigest, BadDigest, XAmzContentSHA256Mismatch.
 */
export async function receiveUpload(bodies: Bodies, request: LocalRequest): Promise<UploadedBody> {
  const { headers } = request;
  const payloadHash = headers["x-amz-content-sha256"] ?? "UNSIGNED-PAYLOAD";
  const isChunked = payloadHash.startsWith("STREAMING-");
  const length = headers[isChunked ? "x-amz-decoded-content-length" : "content-length"];
  if (length === undefined) {
    throw new AwsFault(
      "MissingContentLength",
      "You must provide the Content-Length HTTP header.",
      411,
    );
  }
  const wantedMd5 = readContentMd5(headers["content-md5"]);
  const algorithms = announcedAlgorithms(headers);
  const checksums = algorithms.map(createChecksum);
  const sha256 = /^[0-9a-f]{64}$/.test(payloadHash) ? createHash("sha256") : undefined;
  const trailers = new Map<string, string>();
  const signatures = payloadHash.startsWith("STREAMING-AWS4-") ? request.chunks : undefined;
  const payload = isChunked
    ? decodeAwsChunked(request.stream, trailers, signatures)
    : request.stream;

  const received = await bodies.receive(payload, [
    ...checksums,
    ...(sha256 ? [{ update: (chunk: Uint8Array) => void sha256.update(chunk) }] : []),
  ]);
  try {
    if (received.size !== Number(length)) {
      throw new AwsFault(
        "IncompleteBody",
        "You did not provide the number of bytes specified by the Content-Length HTTP header.",
      );
    }
    if (sha256 && sha256.digest("hex") !== payloadHash) {
      throw payloadMismatch();
    }
    if (wantedMd5 !== undefined && wantedMd5 !== received.md5) throw badDigest("Content-MD5");
    return { ...received, checksum: verifiedChecksum(checksums, headers, trailers) };
  } catch (error) {
    bodies.discard(received);
    throw error;
  }
}

/** The same for a small body that is text, such as the list of DeleteObjects. */
export async function receiveText(request: LocalRequest): Promise<string> {
  const { headers } = request;
  const body = await buffer(request.stream);
  const payloadHash = headers["x-amz-content-sha256"] ?? "";
  if (/^[0-9a-f]{64}$/.test(payloadHash)) {
    const computed = createHash("sha256").update(body).digest("hex");
    if (computed !== payloadHash) throw payloadMismatch();
  }
  const wantedMd5 = readContentMd5(headers["content-md5"]);
  if (wantedMd5 !== undefined && createHash("md5").update(body).digest("hex") !== wantedMd5) {
    throw badDigest("Content-MD5");
  }
  const checksums = announcedAlgorithms(headers).map(createChecksum);
  for (const checksum of checksums) checksum.update(body);
  verifiedChecksum(checksums, headers, new Map());
  return body.toString();
}

/** From the headers that carry a checksum and those that a trailer will carry. */
function announcedAlgorithms(headers: Record<string, string>): ChecksumAlgorithm[] {
  const trailers = (headers["x-amz-trailer"] ?? "").toLowerCase().split(/\s*,\s*/);
  return CHECKSUM_ALGORITHMS.filter((algorithm) => {
    const name = checksumHeader(algorithm);
    return headers[name] !== undefined || trailers.includes(name);
  });
}

function verifiedChecksum(
  checksums: Checksum[],
  headers: Record<string, string>,
  trailers: Map<string, string>,
): Record<string, string> {
  const verified: Record<string, string> = {};
  for (const { algorithm, digest } of checksums) {
    const name = checksumHeader(algorithm);
    const computed = digest();
    if ((headers[name] ?? trailers.get(name)) !== computed) throw badDigest(algorithm);
    verified[name] = computed;
  }
  return verified;
}

/** Content-MD5 is base64 of 16 bytes; hex is what etags use. */
function readContentMd5(header: string | undefined): string | undefined {
  if (header === undefined) return undefined;
  const bytes = Buffer.from(header, "base64");
  if (bytes.length !== 16) {
    throw new AwsFault("InvalidDigest", "The Content-MD5 you specified was invalid.");
  }
  return bytes.toString("hex");
}

function payloadMismatch(): AwsFault {
  return new AwsFault(
    "XAmzContentSHA256Mismatch",
    "The provided 'x-amz-content-sha256' header does not match what was computed.",
  );
}

function badDigest(what: string): AwsFault {
  return new AwsFault("BadDigest", `The ${what} you specified did not match what we received.`);
}
