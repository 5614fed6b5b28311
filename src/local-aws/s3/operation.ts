/** The shape of one S3 operation: how its requests look, what it needs, what it does. */
import type { LocalRequest, LocalResponse } from "../common/service.ts";
import type { Authorization } from "./authorization.ts";
import type { S3Store } from "./store.ts";

/** A request that has been recognised. */
export interface Call {
  request: LocalRequest;
  /** Empty where the operation has none. */
  bucket: string;
  /** Decoded; empty where the operation has none. */
  key: string;
  store: S3Store;
  authorization: Authorization;
  accountId: string;
}

export interface Operation {
  /** As in the API reference. */
  name: string;
  method: "GET" | "HEAD" | "PUT" | "POST" | "DELETE";
  /** What the path names. */
  target: "service" | "bucket" | "object";
  /** Query parameters that make a request this operation: `uploads`, or `list-type=2`. */
  selectors?: string[];
  /** A header that makes a request this operation. */
  selectingHeader?: string;
  /** Further query parameters that are honoured; any other is refused. */
  parameters?: string[];
  /** Further `x-amz-*` headers that are honoured; any other is refused. */
  headers?: string[];
  /** IAM action; absent where the operation asks for each object itself. */
  action?: string;
  /** True where a bucket policy has no say. */
  ignoresBucketPolicy?: true;
  /** `any`: answered whatever region the request was signed for. */
  region?: "any";
  handle(call: Call): LocalResponse | Promise<LocalResponse>;
}
