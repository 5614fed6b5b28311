/** S3's events as the queue brings them: https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html */
import { asArray, asObject, asString, parseJson } from "../../core/format/check.ts";

export interface ObjectEvent {
  bucket: string;
  /** Not encoded: EventBridge's events have keys as they are. */
  key: string;
  /** Of what was written, without quotes. */
  etag: string;
  /** Orders the events of one key. */
  sequencer: string;
}

/** The events of one invocation by SQS. Throws InvalidData when it is none. */
export function parseQueueEvent(event: unknown): ObjectEvent[] {
  const { Records } = asObject(event, "the event");
  return asArray(Records, "Records", (record, where) => {
    const body = asString(asObject(record, where).body, `${where}.body`);
    const detail = asObject(asObject(parseJson(body, where), where).detail, `${where}.detail`);
    const object = asObject(detail.object, `${where}.detail.object`);
    return {
      bucket: asString(asObject(detail.bucket, `${where}.detail.bucket`).name, `${where}.bucket`),
      key: asString(object.key, `${where}.key`),
      etag: plainEtag(asString(object.etag, `${where}.etag`)),
      sequencer: asString(object.sequencer, `${where}.sequencer`),
    };
  });
}

/** Answers of S3 have quotes around an ETag, events have none. */
export function plainEtag(etag: string): string {
  return etag.replace(/^"|"$/g, "");
}
