/** Does the site answer with the version that was just published? */
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { ORIGIN_KEY } from "../../runtime/core/access/origin-door.ts";
import type { Manifest } from "../../runtime/core/format/manifest.ts";

/** A new API or function may need seconds until it answers everywhere. */
const RETRY_MS = 60_000;
/** An HTTP API answers within 30 s, with an error if need be. */
const REQUEST_TIMEOUT_MS = 35_000;

/** What `/-/status.json` says, as far as it matters here. */
const Status = z.object({
  ok: z.literal(true),
  version: z.number(),
  start: z.string(),
  // Versions of dsl before this one did not say.
  verified: z.boolean().default(true),
});

/** What lets this command in: where a password is needed, and where only CloudFront may come. */
export interface Credentials {
  session: string | null;
  originKey: string | null;
}

const ANONYMOUS: Credentials = { session: null, originKey: null };

export type Verdict =
  /** `start`: cold or warm; `milliseconds`: of the request that was answered. */
  | { verdict: "serves"; version: number; start: string; milliseconds: number }
  /** An older version, or databases that are not open yet: the next answer may be right. */
  | { verdict: "behind"; problem: string }
  | { verdict: "wrong"; problem: string }
  | { verdict: "unreachable"; problem: string };

/**
 * Asks until the site serves at least `version`, for a minute (DSL_VERIFY_SECONDS). `siteUrl` ends
 * with a slash and includes the base_url setting.
 */
export async function verifySite(
  siteUrl: string,
  version: number,
  pauseMilliseconds: number,
  credentials: Credentials = ANONYMOUS,
): Promise<Verdict> {
  const seconds = Number(process.env.DSL_VERIFY_SECONDS);
  const deadline = performance.now() + (seconds > 0 ? seconds * 1000 : RETRY_MS);
  for (;;) {
    const verdict = await askSite(siteUrl, version, credentials);
    if (verdict.verdict === "serves" || performance.now() > deadline) return verdict;
    await sleep(pauseMilliseconds);
  }
}

/**
 * A site looks for a new version at most once a second, and opens its databases then: one that was published a
 * moment ago is waited for.
 */
const JUST_PUBLISHED_MS = 60_000;
const WAIT_FOR_CURRENT_MS = 15_000;

/** Asks once whether the site serves the current version, or until it does when that is new. */
export async function askForCurrent(
  siteUrl: string,
  { version, publishedAt }: Pick<Manifest, "version" | "publishedAt">,
  pauseMilliseconds: number,
  session: string | null,
): Promise<Verdict> {
  const age = Date.now() - Date.parse(publishedAt);
  const until = performance.now() + (Math.abs(age) < JUST_PUBLISHED_MS ? WAIT_FOR_CURRENT_MS : 0);
  for (;;) {
    const verdict = await askSite(siteUrl, version, { session, originKey: null });
    if (verdict.verdict !== "behind" || performance.now() >= until) return verdict;
    await sleep(pauseMilliseconds);
  }
}

/** The address of the site's home page: the API's with the base_url setting ("/" or "/data/"). */
export function siteUrl(apiUrl: string, baseUrl: string): string {
  return new URL(baseUrl, apiUrl).href;
}

/** Asks once whether the site serves at least `version`; credentials let in who may not come without. */
export async function askSite(
  siteUrl: string,
  version: number,
  { session, originKey }: Credentials,
): Promise<Verdict> {
  const url = new URL(`-/status.json?at_least=${version}&verify=1`, siteUrl);
  const started = performance.now();
  let response: Response;
  try {
    const signal = AbortSignal.timeout(REQUEST_TIMEOUT_MS);
    const headers = new Headers();
    if (session !== null) headers.set("authorization", `Bearer ${session}`);
    if (originKey !== null) headers.set(ORIGIN_KEY, originKey);
    response = await fetch(url, { headers, signal });
  } catch (error) {
    return { verdict: "unreachable", problem: networkProblem(error) };
  }
  const body = await response.text().catch(() => "");
  if (!response.ok) return { verdict: "wrong", problem: problemIn(response.status, body) };
  const status = Status.safeParse(parseJson(body));
  if (!status.success) return { verdict: "wrong", problem: "answers with something else" };
  const { version: served, start, verified } = status.data;
  if (served < version) return { verdict: "behind", problem: `still serves version ${served}` };
  if (!verified) return { verdict: "behind", problem: "is still opening its databases" };
  const milliseconds = performance.now() - started;
  return { verdict: "serves", version: served, start, milliseconds };
}

/** An error of the runtime says in its JSON what is wrong. */
function problemIn(status: number, body: string): string {
  const said = z.object({ error: z.string() }).safeParse(parseJson(body));
  return `answers with ${status}${said.success ? ` ("${said.data.error}")` : ""}`;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** fetch wraps the reason: "fetch failed", because of "getaddrinfo ENOTFOUND host". */
function networkProblem(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === "TimeoutError") return `no answer within ${REQUEST_TIMEOUT_MS / 1000} s`;
  return error.cause instanceof Error ? error.cause.message : error.message;
}
