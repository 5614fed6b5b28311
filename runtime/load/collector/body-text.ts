/** The body of a request as text: unpacked, within its limit, UTF-8. */
import { isUtf8 } from "node:buffer";
import { gunzipSync } from "node:zlib";
import { formatBytes } from "../../core/quantities.ts";
import { Refusal } from "./refusal.ts";

/** Bytes of a request, unpacked. */
export const LARGEST_BODY = 10_000_000;

/** The beginning of gzip after it was decoded as UTF-8: HTTP APIs do so to what is said to be text or JSON. */
const MANGLED_GZIP = Buffer.from("\x1f\ufffd");

/** `encoding` is the header field Content-Encoding; gzip is known by its first bytes, too. Throws a Refusal. */
export function bodyText(body: Buffer, encoding: string | undefined): string {
  const isGzip = body[0] === 0x1f && body[1] === 0x8b;
  if (encoding && !/^(gzip|x-gzip|identity)$/i.test(encoding)) {
    throw new Refusal(415, `Content-Encoding ${encoding} is not known here; it may be gzip`);
  }
  const bytes = isGzip ? unpacked(body) : body;
  if (bytes.length > LARGEST_BODY) throw tooLarge();
  if (bytes.subarray(0, MANGLED_GZIP.length).equals(MANGLED_GZIP)) {
    throw new Refusal(
      400,
      "The body is gzip, but the API took it for text: send it with Content-Type: application/x-ndjson",
    );
  }
  if (!isUtf8(bytes)) throw new Refusal(400, "The body is not UTF-8");
  return bytes.toString().replace(/^\ufeff/, "");
}

function unpacked(body: Buffer): Buffer {
  try {
    return gunzipSync(body, { maxOutputLength: LARGEST_BODY });
  } catch (error) {
    if ((error as { code?: unknown }).code === "ERR_BUFFER_TOO_LARGE") throw tooLarge();
    throw new Refusal(400, "The body begins like gzip and cannot be unpacked");
  }
}

function tooLarge(): Refusal {
  return new Refusal(413, `A request may have ${formatBytes(LARGEST_BODY)}, unpacked`);
}
