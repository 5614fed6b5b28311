/** What publishing needs of the place where a site's objects are; a bucket, usually. */
export interface ObjectStore {
  /** What messages call it: the bucket's name. */
  readonly name: string;
  /** The object, or null when there is none. */
  get(key: string): Promise<StoredObject | null>;
  /** The object's ETag, or null when there is none. */
  etag(key: string): Promise<string | null>;
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
  /** All objects whose keys begin with `prefix`. */
  list(prefix: string): Promise<ListedObject[]>;
  /** Deletes objects; those that are not there count as deleted. */
  delete(keys: string[]): Promise<void>;
}

export interface StoredObject {
  body: Buffer;
  etag: string;
}

export interface ListedObject {
  key: string;
  /** Bytes. */
  size: number;
  lastModified: Date;
}

/** A PUT that is done only when this still holds for the object: its ETag, or that it is not there. */
export type Condition = { ifMatch: string } | { ifNoneMatch: "*" };
