/**
 * Signing in with a provider: the way there and the way back. Between the two only the browser knows of it.
 */
import type { Actor } from "../../core/access/actor.ts";
import { signSession } from "../../core/access/session.ts";
import {
  CALLBACK,
  isGitHub,
  promptForAccount,
  providerName,
  type SignIn,
} from "../../core/access/sign-in-provider.ts";
import type { StoredAccess } from "../../core/access/stored-access.ts";
import { log } from "../../core/log.ts";
import { type Answer, answer, redirect, textAnswer } from "../http/answer.ts";
import type { PageContext } from "../pages/context.ts";
import { Attempts } from "./attempts.ts";
import {
  BEGUN_SECONDS,
  begin,
  challengeOf,
  isStateOf,
  openBegun,
  signBegun,
  valuesOf,
} from "./begun.ts";
import { cookieText, PROVIDER_SESSION_SECONDS, sessionCookie } from "./cookies.ts";
import { formOf, isFromHere, START, signInHref, wayOn } from "./sign-in.ts";
import { signInPage } from "./sign-in-page.ts";

/** A site where people sign in with a provider. */
type WithProvider = StoredAccess & { signIn: SignIn };

/** Who the provider says somebody is; loaded when somebody comes back for the first time. */
const whoSignedIn = async () => (await import("./provider/who-signed-in.ts")).whoSignedIn;

/** Codes that were none, of this environment: each costs a request to the provider. */
const attempts = new Attempts(1_000);
/** Characters of what a browser brings back. */
const LONGEST_QUERY = 8_192;
/** Characters of what a provider says about an error that are shown. */
const LONGEST_REASON = 200;
/** Characters of the page to go on to, which is in the cookie. */
const LONGEST_NEXT = 1_500;

export function usesProvider(access: StoredAccess): access is WithProvider {
  return access.signIn !== null;
}

export function isOfProvider({ request }: PageContext): boolean {
  return request.path === START || request.path === CALLBACK;
}

/** `now` in milliseconds. */
export async function withProvider(
  context: PageContext,
  access: WithProvider,
  sender: string,
  now: number,
): Promise<Answer> {
  if (context.request.method !== "GET") {
    return textAnswer("This address is for browsers.", 405, { allow: "GET" });
  }
  return context.request.path === START
    ? start(context, access, now)
    : comeBack(context, access, sender, now);
}

/** Sends the browser to the provider. `?choose=1` lets people choose another account there. */
function start(context: PageContext, { signIn, key }: WithProvider, now: number): Answer {
  const { links, request } = context;
  const wanted = wayOn(context, request.args.get("next"));
  const next = wanted.length > LONGEST_NEXT ? links.instance() : wanted;
  // A page of another site would end the session here.
  if (!isFromHere(context)) return redirect(signInHref(context, next), 302);
  const origin = originFor(context, signIn);
  if (origin !== links.origin) return elsewhere(`${origin}${signInHref(context, next)}`);
  const begun = begin(next, now);
  const values = valuesOf(begun, key);
  const { provider, clientId, scopes } = signIn;
  const about = isGitHub(provider) ? ["read:user", "user:email"] : ["openid", "email", "profile"];
  const address = new URL(provider.authorization_endpoint);
  const sent = {
    response_type: "code",
    client_id: clientId,
    redirect_uri: redirectUri(context),
    scope: [...about, ...scopes].join(" "),
    state: values.state,
    ...(!isGitHub(provider) && { nonce: values.nonce }),
    code_challenge: challengeOf(values),
    code_challenge_method: "S256",
    ...(request.args.has("choose") && { prompt: promptForAccount(provider) }),
  };
  for (const [name, value] of Object.entries(sent)) address.searchParams.set(name, value);
  return elsewhere(address.href, {
    "set-cookie": sessionCookie(context, signBegun(begun, key), BEGUN_SECONDS),
  });
}

/** Takes what the provider sends by the browser. */
async function comeBack(
  context: PageContext,
  access: WithProvider,
  sender: string,
  now: number,
): Promise<Answer> {
  const { links, request } = context;
  const { signIn, key } = access;
  const name = providerName(signIn.provider.issuer);
  const begun = openBegun(cookieText(context) ?? "", key, now);
  const problem = (text: string, status: number, headers: Answer["headers"] = {}) =>
    signInPage(formOf(context, access, begun?.next ?? links.instance()), text, status, headers);
  if (begun === null) {
    return problem(
      "This sign-in was not begun in this browser, or more than ten minutes ago. Try again.",
      400,
    );
  }
  const values = valuesOf(begun, key);
  if (request.args.text.length > LONGEST_QUERY) return problem("That is too long.", 414);
  const sent = new URLSearchParams(request.args.text);
  if (!isStateOf(sent.get("state") ?? "", values)) {
    return problem("Another sign-in was begun in this browser since. Try again.", 400);
  }
  const error = sent.get("error");
  if (error !== null) {
    const reason = (sent.get("error_description") ?? error).slice(0, LONGEST_REASON);
    return problem(`${name} did not sign you in: ${reason}. Try again.`, 403);
  }
  const seconds = attempts.secondsToWait(sender, now);
  if (seconds > 0) {
    return problem("Too many sign-ins have failed. Try again in ten minutes.", 429, {
      "retry-after": String(seconds),
    });
  }
  let actor: Actor;
  try {
    const ask = await whoSignedIn();
    actor = await ask(signIn, sent, { redirectUri: redirectUri(context), ...values });
  } catch (error) {
    attempts.failed(sender, now);
    const reason = error instanceof Error ? error.message : String(error);
    log("warn", "a sign-in with the provider failed", { provider: name, reason });
    return problem(
      `${name} could not be asked who you are, or the answer is no good. Try again; whoever runs this site finds the reason in its log.`,
      502,
    );
  }
  const until = now + PROVIDER_SESSION_SECONDS * 1000;
  const session = signSession({ actor, until }, key);
  return redirect(begun.next, 303, {
    "set-cookie": sessionCookie(context, session, PROVIDER_SESSION_SECONDS),
  });
}

/** As it must be registered with the provider, letter by letter. */
function redirectUri({ links }: PageContext): string {
  return links.absolute(links.path(CALLBACK));
}

/**
 * Where a sign-in may begin: at an address that the command line knows to be the site's, or one that a proxy
 * names which the configuration trusts. What a request calls its host is anybody's word.
 */
function originFor({ links, config }: PageContext, { origins }: SignIn): string {
  const isKnown = origins.length === 0 || origins.includes(links.origin);
  return isKnown || config.settings.trust_forwarded_headers ? links.origin : origins[0]!;
}

/** Addresses of the configuration only. */
function elsewhere(location: string, headers: Answer["headers"] = {}): Answer {
  return answer(null, { location, ...headers }, 302);
}
