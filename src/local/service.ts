/** What the parts of the local AWS have in common: a request as it came over the wire, an answer. */

export interface LocalRequest {
  method: string;
  /** Path as sent, still percent-encoded. */
  path: string;
  query: URLSearchParams;
  /** Lower-case names. */
  headers: Record<string, string>;
  body: Buffer;
  /** From the SigV4 credential scope (header or presigned query). */
  region: string;
}

export interface LocalResponse {
  status: number;
  headers: Record<string, string>;
  body: Buffer | string;
}

/** One AWS service; `handle` throws AwsFault for errors, which the server writes in the service's wire form. */
export interface LocalService {
  /** Signing name in the credential scope: s3, cloudformation, lambda, sts, logs. */
  signingName: string;
  /** How errors and answers are written. */
  protocol: "rest-xml" | "query" | "rest-json" | "json";
  handle(request: LocalRequest): Promise<LocalResponse>;
  /** Called once before the server stops; ends child processes. */
  close?(): Promise<void>;
}

export class AwsFault extends Error {
  readonly code: string;
  readonly status: number;

  constructor(code: string, message: string, status = 400) {
    super(message);
    this.name = "AwsFault";
    this.code = code;
    this.status = status;
  }
}
