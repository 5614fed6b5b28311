/**
 * What is wrong with a signature, in the words of each protocol: S3 has its own, the others have theirs.
 * https://docs.aws.amazon.com/awssupport/latest/APIReference/CommonErrors.html
 */
import { AwsFault } from "./common/service.ts";
import type { Protocol } from "./common/wire-errors.ts";

interface Words {
  code: string;
  message?: string;
}

const NO_KEY = "The security token included in the request is invalid.";
const SKEWED = "Signature expired: the time of the request is too far from that of the server.";

/** By S3's code. */
const QUERY: Record<string, Words> = {
  AccessDenied: {
    code: "MissingAuthenticationToken",
    message: "Request is missing Authentication Token",
  },
  AuthorizationHeaderMalformed: { code: "IncompleteSignature" },
  InvalidAccessKeyId: { code: "InvalidClientTokenId", message: NO_KEY },
  InvalidToken: { code: "InvalidClientTokenId", message: NO_KEY },
  RequestTimeTooSkewed: { code: "SignatureDoesNotMatch", message: SKEWED },
  XAmzContentSHA256Mismatch: { code: "SignatureDoesNotMatch" },
};

const JSON_SERVICES: Record<string, Words> = {
  AccessDenied: {
    code: "MissingAuthenticationTokenException",
    message: "Missing Authentication Token",
  },
  AuthorizationHeaderMalformed: { code: "IncompleteSignatureException" },
  InvalidAccessKeyId: { code: "UnrecognizedClientException", message: NO_KEY },
  InvalidToken: { code: "UnrecognizedClientException", message: NO_KEY },
  RequestTimeTooSkewed: { code: "InvalidSignatureException", message: SKEWED },
  SignatureDoesNotMatch: { code: "InvalidSignatureException" },
  XAmzContentSHA256Mismatch: { code: "InvalidSignatureException" },
};

const WORDS: Record<Protocol, Record<string, Words>> = {
  "rest-xml": {},
  query: QUERY,
  json: JSON_SERVICES,
  "rest-json": JSON_SERVICES,
};

/** What `verify` gives; its faults as this protocol names them. */
export function inFormOf<T>(protocol: Protocol, verify: () => T): T {
  try {
    return verify();
  } catch (error) {
    if (!(error instanceof AwsFault)) throw error;
    const words = WORDS[protocol][error.code];
    if (words === undefined) throw error;
    const status = words.code === "IncompleteSignature" ? 400 : 403;
    throw new AwsFault(words.code, words.message ?? error.message, status);
  }
}
