/**
 * The place where a site's objects are, as few verbs as publishing needs. Implementations: S3 with a
 * light client (`s3-store.ts`, for Lambda) and with the SDK (`src/aws/bucket-store.ts`, for the CLI),
 * a folder (`folder-store.ts`), memory (`memory-store.ts`), and a part of another one (`prefix-store.ts`). Each retries what fails for now only;
 * errors are its own.
 */
export interface ObjectStore {
  /** What messages call it: the bucket's name, the folder's path. */
  readonly name: string;
  /** The object, or null when there is none. */
  get(key: string): Promise<StoredObject | null>;
  /**
   * `length` bytes from `start` (at least 1, inside the object), fewer where the object ends; null
   * when there is no object.
   */
  getRange(key: string, start: number, length: number): Promise<Buffer | null>;
  /** What is known of the object without reading it, or null when there is none. */
  stat(key: string): Promise<ObjectFacts | null>;
  /** Writes the object, whatever was there; resolves with its ETag. */
  put(key: string, body: Uint8Array, contentType: string): Promise<string>;
  /**
   * Writes the object if the condition holds; resolves with its ETag, or with null when it does not
   * hold. A try whose answer got lost makes the next one find its own object: that is null as well.
   */
  putIf(
    condition: Condition,
    key: string,
    body: Uint8Array,
    contentType: string,
  ): Promise<string | null>;
  /** Makes `to` the same as the object `from`, which must be there. */
  copy(from: string, to: string): Promise<void>;
  /** All objects whose keys begin with `prefix`; `most`: no more than so many of them, whichever. */
  list(prefix: string, most?: number): Promise<ListedObject[]>;
  /** Deletes objects; those that are not there count as deleted. */
  delete(keys: string[]): Promise<void>;
}

export interface StoredObject {
  body: Buffer;
  etag: string;
}

export interface ObjectFacts {
  etag: string;
  /** Bytes. */
  size: number;
  lastModified: Date;
}

export interface ListedObject {
  key: string;
  /** Bytes. */
  size: number;
  lastModified: Date;
}

/** A PUT that is done only when this still holds for the object: its ETag, or that it is not there. */
export type Condition = { ifMatch: string } | { ifNoneMatch: "*" };

/** The most keys that S3's DeleteObjects takes. */
export const DELETE_BATCH = 1000;
