import { type Answer, isWhole } from "../http/answer.ts";

/** Smaller bodies fit one packet anyway. Bytes. */
const MINIMUM = 1400;

/** The answer, which says that it may be sent compressed or not. */
export function varying(answer: Answer): Answer {
  if (!isCompressible(answer.headers["content-type"])) return answer;
  return { ...answer, headers: { ...answer.headers, vary: "Accept-Encoding" } };
}

/**
 * The answer, compressed where the browser takes that and it pays. What is sent bit by bit stays as
 * it is.
 */
export function compress(answer: Answer, accepted: string | null): Answer {
  const { body, headers, status } = answer;
  if (!isCompressible(headers["content-type"])) return answer;
  if (body === null || !isWhole(body) || body.length < MINIMUM) return answer;
  const encoding = chooseEncoding(accepted ?? "");
  if (encoding === null) return answer;
  return {
    status,
    headers: { ...headers, "content-encoding": encoding },
    body: encode(body, encoding),
  };
}

/** Brotli's quality 4 is about as quick as gzip and still smaller. */
function encode(body: string | Uint8Array, encoding: "br" | "gzip"): Buffer {
  // Not imported: loading it would be part of every cold start.
  const { brotliCompressSync, constants, gzipSync } = process.getBuiltinModule("node:zlib");
  if (encoding === "gzip") return gzipSync(body);
  return brotliCompressSync(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } });
}

function isCompressible(contentType: string | undefined): boolean {
  return /^(?:text\/|application\/json|image\/svg)/.test(contentType ?? "");
}

/** The better of `br` and `gzip` that `Accept-Encoding` admits; a quality of 0 is a refusal. */
export function chooseEncoding(accepted: string): "br" | "gzip" | null {
  if (accepted === "") return null;
  const admitted = new Set<string>();
  for (const part of accepted.toLowerCase().split(",")) {
    const [name = "", ...parameters] = part.split(";").map((text) => text.trim());
    const quality = parameters.find((parameter) => parameter.startsWith("q="));
    if (name !== "" && Number(quality?.slice(2) ?? 1) > 0) admitted.add(name);
  }
  if (admitted.has("br")) return "br";
  return admitted.has("gzip") || admitted.has("*") ? "gzip" : null;
}
