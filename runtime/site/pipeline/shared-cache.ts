/**
 * How long a cache that stands before all visitors (CloudFront) may keep an answer. Such a cache asks again after
 * that time, with the ETag, so nothing has to be taken out of it when there is another version.
 */
import type { Answer } from "../http/answer.ts";

/** While the function fails, an old answer is better than an error: a day. */
const STAND_IN = "stale-if-error=86400";

/**
 * The answer with `s-maxage`, where it may be shared. `seconds`: the longest; `isAskedFresh`: the visitor wants
 * nothing that was kept.
 */
export function forSharedCache(answer: Answer, seconds: number, isAskedFresh: boolean): Answer {
  const { status, headers } = answer;
  const said = headers["cache-control"];
  if ((status !== 200 && status !== 304) || isAskedFresh) return answer;
  if (/\b(?:no-store|private)\b/.test(said ?? "")) return answer;
  const own =
    headers.etag === undefined ? withoutValidator(said, seconds) : versioned(said, seconds);
  return own === undefined ? answer : { ...answer, headers: { ...headers, "cache-control": own } };
}

/**
 * What is kept by the visitor stays as it was said, also where that is for ever: an earlier version is made
 * invisible by the configuration of now, which a cache for all learns by asking again.
 */
function versioned(said: string | undefined, seconds: number): string {
  const forBrowsers = said === undefined || said === "no-cache" ? "max-age=0" : said;
  return `${forBrowsers}, s-maxage=${seconds}, ${STAND_IN}`;
}

/** Without an ETag only what was asked to be kept longer than that is kept shorter. */
function withoutValidator(said: string | undefined, seconds: number): string | undefined {
  const kept = Number(/\bmax-age=(\d+)/.exec(said ?? "")?.[1] ?? 0);
  if (said === undefined || kept <= seconds || said.includes("immutable")) return undefined;
  return `${said}, s-maxage=${seconds}`;
}
