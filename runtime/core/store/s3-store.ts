import { hash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { crc32 } from "node:zlib";
import type { HttpAnswer } from "./http-exchange.ts";
import {
  type Condition,
  DELETE_BATCH,
  type ListedObject,
  type ObjectFacts,
  type ObjectStore,
  type StoredObject,
} from "./object-store.ts";
import { CONFLICTS } from "./retry.ts";
import { element, S3Error, S3Requests } from "./s3-requests.ts";
import type { Environment } from "./signing-scope.ts";

/** Keys that S3 lists at once. */
const PAGE = 1000;

/**
 * A bucket, with the light client: for publishers in Lambda, where the SDK would be most of a cold
 * start. Other failures than those described are an S3Error or a network error.
 */
export class S3Store implements ObjectStore {
  readonly name: string;
  readonly #requests: S3Requests;

  /** Region, endpoint and credentials come from Lambda's environment variables. */
  constructor(bucket: string, environment: Environment = process.env) {
    this.name = bucket;
    this.#requests = new S3Requests(bucket, environment);
  }

  async get(key: string): Promise<StoredObject | null> {
    const answer = await orNull(this.#requests.send("GET", key));
    return answer && { body: answer.body, etag: answer.headers.etag ?? "" };
  }

  async getRange(key: string, start: number, length: number): Promise<Buffer | null> {
    const headers = { range: `bytes=${start}-${start + length - 1}` };
    const answer = await orNull(this.#requests.send("GET", key, { headers }));
    return answer?.body ?? null;
  }

  async stat(key: string): Promise<ObjectFacts | null> {
    const answer = await orNull(this.#requests.send("HEAD", key));
    if (answer === null) return null;
    const { etag = "", "content-length": size, "last-modified": modified } = answer.headers;
    return { etag, size: Number(size), lastModified: new Date(modified ?? 0) };
  }

  async put(key: string, body: Uint8Array, contentType: string): Promise<string> {
    return this.#put(key, body, contentType, {});
  }

  async putIf(
    condition: Condition,
    key: string,
    body: Uint8Array,
    contentType: string,
  ): Promise<string | null> {
    const headers: Record<string, string> =
      "ifMatch" in condition ? { "if-match": condition.ifMatch } : { "if-none-match": "*" };
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#put(key, body, contentType, headers);
      } catch (error) {
        if (!(error instanceof S3Error)) throw error;
        // NoSuchKey: what should match is not there at all.
        if (error.status === 412 || error.code === "NoSuchKey") return null;
        // Another conditional write of the same key was under way.
        if (error.status !== 409 || attempt === CONFLICTS.attempts) throw error;
        await sleep(Math.random() * CONFLICTS.firstWaitMs * attempt);
      }
    }
  }

  async copy(from: string, to: string): Promise<void> {
    const source = `${this.name}/${from}`.split("/").map(encodeURIComponent).join("/");
    await this.#requests.send("PUT", to, { headers: { "x-amz-copy-source": `/${source}` } });
  }

  async list(prefix: string, most = Number.POSITIVE_INFINITY): Promise<ListedObject[]> {
    const objects: ListedObject[] = [];
    let token = "";
    do {
      const query: Record<string, string> = { "encoding-type": "url", "list-type": "2", prefix };
      if (token !== "") query["continuation-token"] = token;
      if (most < PAGE) query["max-keys"] = String(most);
      const { body } = await this.#requests.send("GET", "", { query });
      for (const [contents] of body.toString().matchAll(/<Contents>.*?<\/Contents>/gs)) {
        const entry = Buffer.from(contents);
        objects.push({
          key: decodeURIComponent(element(entry, "Key").replaceAll("+", " ")),
          size: Number(element(entry, "Size")),
          lastModified: new Date(element(entry, "LastModified")),
        });
      }
      token = unescapeXml(element(body, "NextContinuationToken"));
    } while (token !== "" && objects.length < most);
    return objects.slice(0, most);
  }

  async delete(keys: string[]): Promise<void> {
    for (let at = 0; at < keys.length; at += DELETE_BATCH) {
      const batch = keys.slice(at, at + DELETE_BATCH);
      const objects = batch.map((key) => `<Object><Key>${escapeXml(key)}</Key></Object>`);
      const body = Buffer.from(`<Delete><Quiet>true</Quiet>${objects.join("")}</Delete>`);
      const headers = { "content-md5": hash("md5", body, "base64") };
      const answer = await this.#requests.send("POST", "", {
        query: { delete: "" },
        headers,
        body,
      });
      const failed = element(answer.body, "Key");
      if (failed !== "")
        throw new Error(`${failed} was not deleted: ${element(answer.body, "Code")}`);
    }
  }

  async #put(
    key: string,
    body: Uint8Array,
    contentType: string,
    condition: Record<string, string>,
  ): Promise<string> {
    const checksum = Buffer.alloc(4);
    checksum.writeUInt32BE(crc32(body));
    const headers = {
      ...condition,
      "content-type": contentType,
      // S3 refuses a body that arrives different from how it was sent.
      "x-amz-checksum-crc32": checksum.toString("base64"),
    };
    const answer = await this.#requests.send("PUT", key, { headers, body });
    return answer.headers.etag ?? "";
  }
}

/** null instead of the error that there is no object. A missing bucket is another matter. */
async function orNull(answer: Promise<HttpAnswer>): Promise<HttpAnswer | null> {
  try {
    return await answer;
  } catch (error) {
    // The answer to HEAD has no body that could name what is missing.
    const isMissing = error instanceof S3Error && error.status === 404;
    if (isMissing && (error.code === "NoSuchKey" || error.code === "")) return null;
    throw error;
  }
}

function escapeXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

function unescapeXml(text: string): string {
  return text.replaceAll("&quot;", '"').replaceAll("&#39;", "'").replaceAll("&amp;", "&");
}
