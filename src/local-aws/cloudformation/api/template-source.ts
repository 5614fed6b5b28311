/** Where the template of a request comes from. */
import { z } from "zod";
import { AwsFault } from "../../common/service.ts";
import type { StackRecord } from "../engine/records.ts";
import { validationError } from "../template/errors.ts";
import { boolean, type Desk } from "./operation.ts";

export const templateSource = {
  TemplateBody: z.string().optional(),
  TemplateURL: z.string().optional(),
  UsePreviousTemplate: boolean.optional(),
};

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html */
const MAX_BODY_BYTES = 51_200;
const MAX_OBJECT_BYTES = 1_048_576;

interface TemplateSource {
  TemplateBody?: string | undefined;
  TemplateURL?: string | undefined;
  UsePreviousTemplate?: boolean | undefined;
}

/** The text of the template. Throws ValidationError unless there is exactly one, not too large. */
export async function templateText(
  source: TemplateSource,
  stack: StackRecord | undefined,
  { context }: Desk,
): Promise<string> {
  const { TemplateBody: body, TemplateURL: url, UsePreviousTemplate: usePrevious } = source;
  const given = [body, url, usePrevious || undefined].filter((one) => one !== undefined);
  if (given.length !== 1) {
    throw validationError("Either Template URL or Template Body must be specified.");
  }
  if (body !== undefined) {
    if (Buffer.byteLength(body) > MAX_BODY_BYTES) {
      throw validationError(
        `1 validation error detected: Value at 'templateBody' failed to satisfy constraint: Member must have length less than or equal to ${MAX_BODY_BYTES}`,
      );
    }
    return body;
  }
  if (url === undefined) {
    if (stack?.revision === undefined) {
      throw validationError("UsePreviousTemplate needs a stack that has a template.");
    }
    return stack.revision.template;
  }
  const { bucket, key } = objectIn(url);
  try {
    const text = await context.objects.read(bucket, key);
    if (text.length <= MAX_OBJECT_BYTES) return text.toString();
  } catch (error) {
    if (!(error instanceof AwsFault)) throw error;
    throw validationError(`S3 error: ${error.message}`);
  }
  throw validationError(`Template may not exceed ${MAX_OBJECT_BYTES} bytes in size.`);
}

/** `https://BUCKET.s3.REGION.amazonaws.com/KEY`, or the path style of any host. */
function objectIn(url: string): { bucket: string; key: string } {
  const parsed = URL.parse(url);
  const path = parsed && decodeURIComponent(parsed.pathname.slice(1));
  const virtual = /^(.+)\.s3[.-]([a-z0-9-]+\.)?amazonaws\.com$/.exec(parsed?.hostname ?? "")?.[1];
  const [first = "", ...rest] = (path ?? "").split("/");
  const found =
    virtual === undefined
      ? { bucket: first, key: rest.join("/") }
      : { bucket: virtual, key: path ?? "" };
  if (found.bucket === "" || found.key === "") {
    throw validationError("TemplateURL must be a supported URL.");
  }
  return found;
}
