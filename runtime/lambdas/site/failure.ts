/** The answer when there is no site to answer from: a variable, the manifest or the bucket is wrong. */
import { policyHeaders } from "../../site/pipeline/policy-headers.ts";

/** For visitors. What exactly is wrong concerns the publisher, who reads it in the log: it names the bucket. */
const SENTENCE = "This site cannot be shown at the moment; try again later. Its log says why.";

export function failure(path: string, sentence = SENTENCE) {
  const isPage = !path.endsWith(".json");
  const body = { ok: false, error: sentence, errors: [sentence], status: 500 };
  return {
    statusCode: 500,
    headers: {
      ...policyHeaders(true, false),
      "content-type": isPage ? "text/plain; charset=utf-8" : "application/json; charset=utf-8",
      "cache-control": "no-store",
    },
    body: isPage ? sentence : JSON.stringify(body),
    isBase64Encoded: false,
  };
}
