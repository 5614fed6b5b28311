/** Objects and their versions. Every change is one transaction of the index. */
import { randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import type Database from "better-sqlite3";
import { AwsFault } from "../common/service.ts";
import type { Bodies, ReceivedBody } from "./bodies.ts";
import type { Buckets } from "./buckets.ts";
import type { Listing, ListingQuery } from "./listing.ts";
import type { ObjectChange } from "./object-event.ts";
import { type ObjectVersion, Versions } from "./versions.ts";

/** What has to be true of the current object for a write to happen. */
export type WriteCondition = { ifMatch: string } | { ifNoneMatch: "*" };

export class Objects {
  readonly #index: Database.Database;
  readonly #buckets: Buckets;
  readonly #bodies: Bodies;
  readonly #versions: Versions;
  #onChange: (change: ObjectChange) => void = () => {};

  constructor(index: Database.Database, buckets: Buckets, bodies: Bodies) {
    this.#index = index;
    this.#buckets = buckets;
    this.#bodies = bodies;
    this.#versions = new Versions(index);
  }

  /** Calls back whenever an object has been written or deleted. */
  onChange(listener: (change: ObjectChange) => void): void {
    this.#onChange = listener;
  }

  /** The current object, undefined when there is none or it is a delete marker. Throws NoSuchBucket. */
  find(bucket: string, key: string): ObjectVersion | undefined {
    const latest = this.#latest(bucket, key);
    return latest?.isDeleteMarker ? undefined : latest;
  }

  /**
   * The current object or one version of it.
   * Throws NoSuchBucket, NoSuchKey, NoSuchVersion, and MethodNotAllowed for a delete marker.
   */
  get(bucket: string, key: string, versionId?: string): ObjectVersion {
    if (versionId !== undefined) return this.#getVersion(bucket, key, versionId);
    const latest = this.#latest(bucket, key);
    if (latest === undefined || latest.isDeleteMarker) {
      throw new AwsFault("NoSuchKey", "The specified key does not exist.", 404, {
        details: { Key: key },
        headers: latest ? deleteMarkerHeaders(latest) : {},
      });
    }
    return latest;
  }

  /** Bytes `start` to `end` (both included, the whole body by default) of an object from `get`. */
  stream(version: ObjectVersion, start = 0, end = version.size - 1): Readable {
    if (version.body === null || end < start) return Readable.from([]);
    return this.#bodies.read(version.body, start, end);
  }

  /** The whole body. Throws as `get` does. */
  async read(bucket: string, key: string): Promise<Buffer> {
    return buffer(this.stream(this.get(bucket, key)));
  }

  /** Stores bytes of this process under a key. */
  async write(
    bucket: string,
    key: string,
    bytes: Uint8Array,
    headers: Record<string, string> = {},
  ): Promise<ObjectVersion> {
    const received = await this.#bodies.receive(Readable.from([bytes]));
    return this.put(bucket, key, received, { etag: received.md5, headers });
  }

  /**
   * Checks a condition before a body is received.
   * Throws PreconditionFailed, or NoSuchKey where `If-Match` has nothing to match.
   */
  requireCondition(bucket: string, key: string, condition: WriteCondition): void {
    const current = this.find(bucket, key);
    if ("ifNoneMatch" in condition) {
      if (current !== undefined) throw preconditionFailed("If-None-Match");
    } else if (current === undefined) {
      throw new AwsFault("NoSuchKey", "The specified key does not exist.", 404, {
        details: { Key: key },
      });
    } else if (condition.ifMatch !== "*" && condition.ifMatch !== current.etag) {
      throw preconditionFailed("If-Match");
    }
  }

  /**
   * Makes a received body the current version of a key. The condition has been true when the
   * request began (`requireCondition`); throws ConditionalRequestConflict when it no longer is.
   */
  put(
    bucket: string,
    key: string,
    received: ReceivedBody,
    object: { etag: string; headers: Record<string, string> },
    condition?: WriteCondition,
    reason = "PutObject",
  ): ObjectVersion {
    const body = this.#bodies.keep(received);
    let versionId: string;
    let replaced: string | undefined;
    try {
      versionId = this.#newVersionId(bucket);
      this.#index.transaction(() => {
        if (condition) this.#requireStillTrue(bucket, key, condition);
        if (versionId === "null") replaced = this.#versions.remove(bucket, key, versionId);
        this.#versions.add(bucket, {
          key,
          versionId,
          isDeleteMarker: false,
          size: received.size,
          body,
          ...object,
        });
      })();
    } catch (error) {
      this.#bodies.remove(body);
      throw error;
    }
    if (replaced !== undefined) this.#bodies.remove(replaced);
    this.#onChange({
      bucket,
      key,
      reason,
      versionId: versionId === "null" ? undefined : versionId,
      what: { size: received.size, etag: object.etag },
    });
    return this.#getVersion(bucket, key, versionId);
  }

  /**
   * Deletes one version for good, or, without `versionId`, the current object: in a bucket with
   * versioning that adds a delete marker. What is not there is no error. Throws NoSuchBucket.
   */
  delete(
    bucket: string,
    key: string,
    versionId?: string,
  ): { versionId?: string; isDeleteMarker: boolean } {
    const versioning = this.#buckets.versioning(bucket);
    let unused: string | undefined;
    const result = this.#index.transaction(() => {
      if (versionId !== undefined) {
        const version = this.#versions.find(bucket, key, versionId);
        unused = this.#versions.remove(bucket, key, versionId);
        return { versionId, isDeleteMarker: version?.isDeleteMarker ?? false };
      }
      const markerId = this.#newVersionId(bucket);
      if (markerId === "null") unused = this.#versions.remove(bucket, key, markerId);
      if (versioning === "Unversioned") return { isDeleteMarker: false };
      this.#versions.add(bucket, {
        key,
        versionId: markerId,
        isDeleteMarker: true,
        size: 0,
        etag: "",
        headers: {},
        body: null,
      });
      return { versionId: markerId, isDeleteMarker: true };
    })();
    if (unused !== undefined) this.#bodies.remove(unused);
    const isMarkerMade = versionId === undefined && result.isDeleteMarker;
    if (unused !== undefined || isMarkerMade) {
      this.#onChange({
        bucket,
        key,
        reason: "DeleteObject",
        versionId: result.versionId === "null" ? undefined : result.versionId,
        what: isMarkerMade ? "Delete Marker Created" : "Permanently Deleted",
      });
    }
    return result;
  }

  /** Current objects in the order of their keys. Throws NoSuchBucket. */
  list(bucket: string, query: ListingQuery): Listing<ObjectVersion> {
    this.#buckets.get(bucket);
    return this.#versions.listLatest(bucket, query);
  }

  /** All versions and delete markers, by key, newest first. Throws NoSuchBucket. */
  listVersions(bucket: string, query: ListingQuery): Listing<ObjectVersion> {
    this.#buckets.get(bucket);
    return this.#versions.listAll(bucket, query);
  }

  #latest(bucket: string, key: string): ObjectVersion | undefined {
    this.#buckets.get(bucket);
    return this.#versions.latest(bucket, key);
  }

  #getVersion(bucket: string, key: string, versionId: string): ObjectVersion {
    this.#buckets.get(bucket);
    const version = this.#versions.find(bucket, key, versionId);
    if (version === undefined) {
      throw new AwsFault("NoSuchVersion", "The specified version does not exist.", 404, {
        details: { Key: key, VersionId: versionId },
      });
    }
    if (version.isDeleteMarker) {
      throw new AwsFault(
        "MethodNotAllowed",
        "The specified method is not allowed against this resource.",
        405,
        { details: { ResourceType: "DeleteMarker" }, headers: deleteMarkerHeaders(version) },
      );
    }
    return version;
  }

  #newVersionId(bucket: string): string {
    const enabled = this.#buckets.versioning(bucket) === "Enabled";
    return enabled ? randomBytes(24).toString("base64url") : "null";
  }

  #requireStillTrue(bucket: string, key: string, condition: WriteCondition): void {
    try {
      this.requireCondition(bucket, key, condition);
    } catch (error) {
      if (!(error instanceof AwsFault)) throw error;
      throw new AwsFault(
        "ConditionalRequestConflict",
        "The conditional request cannot succeed due to a conflicting operation against this resource.",
        409,
        { details: { Key: key } },
      );
    }
  }
}

function deleteMarkerHeaders(version: ObjectVersion): Record<string, string> {
  return { "x-amz-delete-marker": "true", "x-amz-version-id": version.versionId };
}

function preconditionFailed(header: string): AwsFault {
  return new AwsFault(
    "PreconditionFailed",
    "At least one of the pre-conditions you specified did not hold",
    412,
    { details: { Condition: header } },
  );
}
