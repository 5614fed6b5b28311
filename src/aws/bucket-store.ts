import { setTimeout as sleep } from "node:timers/promises";
import {
  CopyObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import {
  type Condition,
  DELETE_BATCH,
  type ListedObject,
  type ObjectFacts,
  type ObjectStore,
  type StoredObject,
} from "../../runtime/core/store/object-store.ts";
import { CONFLICTS } from "../../runtime/core/store/retry.ts";
import { awsErrorCode } from "./errors.ts";
import { httpStatus, retried } from "./retry.ts";

/** Keys that S3 lists at once. */
const PAGE = 1000;

/** A bucket, with the SDK: for the command line. Errors are the SDK's. */
export class BucketStore implements ObjectStore {
  readonly name: string;
  readonly #client: S3Client;

  constructor(client: S3Client, bucket: string) {
    this.#client = client;
    this.name = bucket;
  }

  async get(key: string): Promise<StoredObject | null> {
    return retried(() =>
      orNull(async () => {
        const command = new GetObjectCommand({ Bucket: this.name, Key: key });
        const answer = await this.#client.send(command);
        const bytes = (await answer.Body?.transformToByteArray()) ?? new Uint8Array();
        return { body: Buffer.from(bytes), etag: answer.ETag ?? "" };
      }),
    );
  }

  async getRange(key: string, start: number, length: number): Promise<Buffer | null> {
    const Range = `bytes=${start}-${start + length - 1}`;
    return retried(() =>
      orNull(async () => {
        const command = new GetObjectCommand({ Bucket: this.name, Key: key, Range });
        const answer = await this.#client.send(command);
        return Buffer.from((await answer.Body?.transformToByteArray()) ?? new Uint8Array());
      }),
    );
  }

  async stat(key: string): Promise<ObjectFacts | null> {
    return retried(() =>
      orNull(async () => {
        const command = new HeadObjectCommand({ Bucket: this.name, Key: key });
        const { ETag, ContentLength, LastModified } = await this.#client.send(command);
        return {
          etag: ETag ?? "",
          size: ContentLength ?? 0,
          lastModified: LastModified ?? new Date(0),
        };
      }),
    );
  }

  async put(key: string, body: Uint8Array, contentType: string): Promise<string> {
    return retried(() => this.#put(key, body, contentType));
  }

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
        // NoSuchKey: what should match is not there at all.
        if (httpStatus(error) === 412 || awsErrorCode(error) === "NoSuchKey") return null;
        // Another conditional write of the same key was under way.
        if (httpStatus(error) !== 409 || attempt === CONFLICTS.attempts) throw error;
        await sleep(Math.random() * CONFLICTS.firstWaitMs * attempt);
      }
    }
  }

  async copy(from: string, to: string): Promise<void> {
    const source = `${this.name}/${from}`.split("/").map(encodeURIComponent).join("/");
    await retried(() =>
      this.#client.send(new CopyObjectCommand({ Bucket: this.name, Key: to, CopySource: source })),
    );
  }

  async list(prefix: string, most = Number.POSITIVE_INFINITY): Promise<ListedObject[]> {
    const objects: ListedObject[] = [];
    let token: string | undefined;
    do {
      const page = await retried(() =>
        this.#client.send(
          new ListObjectsV2Command({
            Bucket: this.name,
            Prefix: prefix,
            ContinuationToken: token,
            ...(most < PAGE && { MaxKeys: most }),
          }),
        ),
      );
      for (const { Key = "", Size = 0, LastModified = new Date(0) } of page.Contents ?? []) {
        objects.push({ key: Key, size: Size, lastModified: LastModified });
      }
      token = page.NextContinuationToken;
    } while (token !== undefined && objects.length < most);
    return objects.slice(0, most);
  }

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

/** null instead of the error that there is no object. A missing bucket is another matter: NoSuchBucket. */
async function orNull<T>(operation: () => Promise<T>): Promise<T | null> {
  try {
    return await operation();
  } catch (error) {
    // HEAD has no body that could name what is missing.
    const isMissing = error instanceof Error && ["NoSuchKey", "NotFound"].includes(error.name);
    if (isMissing) return null;
    throw error;
  }
}
