import { setTimeout as sleep } from "node:timers/promises";
import {
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import type {
  Condition,
  ListedObject,
  ObjectStore,
  StoredObject,
} from "../../runtime/core/store/object-store.ts";
import { httpStatus, retried } from "./retry.ts";

const CONFLICT_ATTEMPTS = 10;
const CONFLICT_PAUSE_MS = 50;
/** The most keys that DeleteObjects takes. */
export const DELETE_BATCH = 1000;

/**
 * The few operations on one bucket that publishing needs, each retried when it fails for now only.
 * Other errors are the SDK's.
 */
export class BucketStore implements ObjectStore {
  readonly name: string;
  readonly #client: S3Client;

  constructor(client: S3Client, bucket: string) {
    this.#client = client;
    this.name = bucket;
  }

  /** The object, or null when there is none. */
  async get(key: string): Promise<StoredObject | null> {
    return retried(async () => {
      try {
        const answer = await this.#client.send(
          new GetObjectCommand({ Bucket: this.name, Key: key }),
        );
        const bytes = (await answer.Body?.transformToByteArray()) ?? new Uint8Array();
        return { body: Buffer.from(bytes), etag: answer.ETag ?? "" };
      } catch (error) {
        if (isMissing(error)) return null;
        throw error;
      }
    });
  }

  /** The object's ETag, or null when there is none. */
  async etag(key: string): Promise<string | null> {
    return retried(async () => {
      try {
        const answer = await this.#client.send(
          new HeadObjectCommand({ Bucket: this.name, Key: key }),
        );
        return answer.ETag ?? "";
      } catch (error) {
        if (isMissing(error)) return null;
        throw error;
      }
    });
  }

  /** Writes the object, whatever was there; returns its ETag. */
  async put(key: string, body: Uint8Array, contentType: string): Promise<string> {
    return retried(() => this.#put(key, body, contentType));
  }

  /**
   * Writes the object if the condition holds; returns its ETag, or null when it does not hold. An
   * answer that got lost makes a retry find its own object: then the result is null as well.
   */
  async putIf(
    condition: Condition,
    key: string,
    body: Uint8Array,
    contentType: string,
  ): Promise<string | null> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await retried(() => this.#put(key, body, contentType, condition));
      } catch (error) {
        if (httpStatus(error) === 412) return null;
        // Another conditional write of the same key was under way.
        if (httpStatus(error) !== 409 || attempt === CONFLICT_ATTEMPTS) throw error;
        await sleep(Math.random() * CONFLICT_PAUSE_MS * attempt);
      }
    }
  }

  /** All objects whose keys begin with `prefix`. */
  async list(prefix: string): Promise<ListedObject[]> {
    const objects: ListedObject[] = [];
    let token: string | undefined;
    do {
      const page = await retried(() =>
        this.#client.send(
          new ListObjectsV2Command({
            Bucket: this.name,
            Prefix: prefix,
            ContinuationToken: token,
          }),
        ),
      );
      for (const { Key = "", Size = 0, LastModified = new Date(0) } of page.Contents ?? []) {
        objects.push({ key: Key, size: Size, lastModified: LastModified });
      }
      token = page.NextContinuationToken;
    } while (token !== undefined);
    return objects;
  }

  /** Deletes objects; those that are not there count as deleted. */
  async delete(keys: string[]): Promise<void> {
    for (let at = 0; at < keys.length; at += DELETE_BATCH) {
      const Objects = keys.slice(at, at + DELETE_BATCH).map((Key) => ({ Key }));
      await retried(async () => {
        const { Errors: [first] = [] } = await this.#client.send(
          new DeleteObjectsCommand({ Bucket: this.name, Delete: { Objects, Quiet: true } }),
        );
        if (first !== undefined) throw new DeleteFailed(first.Key, first.Code, first.Message);
      });
    }
  }

  async #put(
    key: string,
    body: Uint8Array,
    contentType: string,
    condition?: Condition,
  ): Promise<string> {
    const answer = await this.#client.send(
      new PutObjectCommand({
        Bucket: this.name,
        Key: key,
        Body: body,
        ContentType: contentType,
        // S3 refuses a body that arrives different from how it was sent.
        ChecksumAlgorithm: "CRC32",
        IfMatch: condition && "ifMatch" in condition ? condition.ifMatch : undefined,
        IfNoneMatch: condition && "ifNoneMatch" in condition ? condition.ifNoneMatch : undefined,
      }),
    );
    return answer.ETag ?? "";
  }
}

/** One object that DeleteObjects could not delete; named by S3's code, so that retries know it. */
export class DeleteFailed extends Error {
  constructor(key = "", code = "", message = "") {
    super(`${key} was not deleted: ${message || code}`);
    this.name = code;
  }
}

/** A missing bucket is another matter: NoSuchBucket. HEAD has no body to tell them apart. */
function isMissing(error: unknown): boolean {
  return error instanceof Error && (error.name === "NoSuchKey" || error.name === "NotFound");
}
