/** What the parts of the local AWS have in common: a request as it came over the wire, an answer. */
import type { Readable } from "node:stream";

export interface LocalRequest {
  method: string;
  /** Path as sent, still percent-encoded. */
  path: string;
  query: URLSearchParams;
  /** Lower-case names. */
  headers: Record<string, string>;
  /** The whole body; empty for a service with `streaming`. */
  body: Buffer;
  /** The body as it arrives; already consumed for a service without `streaming`. */
  stream: Readable;
  /** From the SigV4 credential scope (header or presigned query). */
  region: string;
  accessKeyId: string;
  /** Verifies the chunks of a body that is signed chunk by chunk. */
  chunks?: ChunkSignatures;
}

export interface ChunkSignatures {
  verifyChunk(digest: string, signature: string | undefined): void;
  verifyTrailers(lines: string, signature: string | undefined): void;
}

export interface LocalResponse {
  status: number;
  headers: Record<string, string>;
  /** A stream needs a `content-length` header beside it. */
  body: Buffer | string | Readable;
}

/** What a request is about, for fault rules and the log. */
export interface Target {
  /** Name as in the API reference: `GetObject`, `CreateChangeSet`. */
  operation: string;
  /** Object key, stack name, function name, …; empty where there is none. */
  resource: string;
}

/**
 * Whether the owner of an access key may do something: `action` such as `s3:GetObject`, `resource` an
 * ARN. True for every key that belongs to no role: those are the account's owner.
 */
export type Permits = (
  accessKeyId: string,
  action: string,
  resource: string,
  prefix?: string,
) => boolean;

/** One AWS service; `handle` throws AwsFault for errors, which the server writes in the service's wire form. */
export interface LocalService {
  /** Signing name in the credential scope: s3, cloudformation, lambda, sts, logs. */
  signingName: string;
  /** How errors and answers are written. */
  protocol: "rest-xml" | "query" | "rest-json" | "json";
  /** The service reads `request.stream` itself, for bodies too large for memory. */
  streaming?: boolean;
  /** Where absent: `Action` (query), `X-Amz-Target` (json), method and path (rest-json). */
  identify?(request: LocalRequest): Target;
  handle(request: LocalRequest): Promise<LocalResponse>;
  /** Called once, when the server listens and `LocalContext.endpoint` is known. */
  start?(): Promise<void>;
  /** Called once before the server stops; ends child processes. */
  close?(): Promise<void>;
}

/** An error as AWS answers it. */
export class AwsFault extends Error {
  readonly code: string;
  readonly status: number;
  /** Elements of the error body beside code and message, such as `BucketName`. */
  readonly details: Record<string, string>;
  readonly headers: Record<string, string>;

  constructor(
    code: string,
    message: string,
    status = 400,
    extra: { details?: Record<string, string>; headers?: Record<string, string> } = {},
  ) {
    super(message);
    this.name = "AwsFault";
    this.code = code;
    this.status = status;
    this.details = extra.details ?? {};
    this.headers = extra.headers ?? {};
  }
}
