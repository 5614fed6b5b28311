/** The form, what becomes of it, and its end. */
import { BY_PASSWORD } from "../../core/access/actor.ts";
import { isPassword, LONGEST_PASSWORD } from "../../core/access/password.ts";
import { signSession } from "../../core/access/session.ts";
import { providerName } from "../../core/access/sign-in-provider.ts";
import type { StoredAccess } from "../../core/access/stored-access.ts";
import { type Answer, redirect, textAnswer } from "../http/answer.ts";
import { encodeUrl } from "../http/link-header.ts";
import type { PageContext } from "../pages/context.ts";
import { Arguments } from "../parameters/arguments.ts";
import type { SiteRequest } from "../request.ts";
import type { Attempts } from "./attempts.ts";
import { SESSION_SECONDS, sessionCookie } from "./cookies.ts";
import { type SignInForm, signInPage } from "./sign-in-page.ts";

const SIGN_IN = "/-/login";
/** Where a sign-in with the provider begins: a link, because browsers let no form lead away from the site. */
export const START = "/-/login/start";
/** Bytes: a password in percent escapes, and where to go then. */
const LARGEST_FORM = 12 * LONGEST_PASSWORD;

export function isSignIn({ request }: PageContext): boolean {
  return request.path === SIGN_IN;
}

/** The form instead of the page that was asked for, which comes afterwards. */
export function signInForm(context: PageContext): Answer {
  return redirect(signInHref(context, thisPage(context)), 302);
}

export function signInHref({ links }: PageContext, next: string): string {
  return `${links.path(SIGN_IN)}?next=${encodeURIComponent(next)}`;
}

export function startHref({ links }: PageContext, next: string): string {
  return `${links.path(START)}?next=${encodeURIComponent(next)}`;
}

/** What was asked for, with its query. */
export function thisPage({ request }: PageContext): string {
  return request.args.text === "" ? request.href : `${request.href}?${request.args.text}`;
}

/** GET shows the form, POST takes it. */
export async function signIn(
  context: PageContext,
  request: SiteRequest,
  access: StoredAccess,
  attempts: Attempts,
  sender: string,
  now: number,
): Promise<Answer> {
  const page = (next: string, problem: string | null, status: number, more = {}) =>
    signInPage(formOf(context, access, next), problem, status, more);
  if (request.method !== "POST") {
    return page(wayOn(context, context.request.args.get("next")), null, 200);
  }
  if (!isFromHere(context)) return textAnswer("The form is not from this site.", 403);
  if (access.password === null) return textAnswer("No password lets anybody in here.", 403);
  const body = await request.body?.(LARGEST_FORM);
  if (body === undefined || body === null) return textAnswer("The form is too large.", 413);
  const form = new Arguments(body.toString());
  const next = wayOn(context, form.get("next"));
  const seconds = attempts.secondsToWait(sender, now);
  if (seconds > 0) {
    const minutes = Math.ceil(seconds / 60);
    const wait = `Too many wrong passwords were tried. Try again in ${minutes === 1 ? "a minute" : `${minutes} minutes`}.`;
    return page(next, wait, 429, { "retry-after": String(seconds) });
  }
  if (!(await isPassword(form.get("password") ?? "", access.password))) {
    attempts.failed(sender, now);
    return page(next, "The password is wrong.", 403);
  }
  const session = signSession(
    { actor: BY_PASSWORD, until: now + SESSION_SECONDS * 1000 },
    access.key,
  );
  return redirect(next, 303, { "set-cookie": sessionCookie(context, session) });
}

/** What lets people in to a site. */
export function formOf(context: PageContext, access: StoredAccess, next: string): SignInForm {
  const { password, signIn } = access;
  return {
    passwordAction: password === null ? null : context.links.path(SIGN_IN),
    provider:
      signIn === null
        ? null
        : { name: providerName(signIn.provider.issuer), href: startHref(context, next) },
    next,
  };
}

/** Ends the session in this browser, by a form of one of the site's pages. */
export function signOut(context: PageContext, isSignedIn: boolean): Answer {
  const { links, request } = context;
  if (!isSignedIn) return redirect(links.path(SIGN_IN), 303);
  if (request.method !== "POST") {
    return textAnswer("Sign out with the button at the end of each page.", 405, { allow: "POST" });
  }
  if (!isFromHere(context)) return textAnswer("The form is not from this site.", 403);
  return redirect(links.path(SIGN_IN), 303, { "set-cookie": sessionCookie(context, "") });
}

/** A path of this site; its home page for everything else. */
export function wayOn({ links }: PageContext, next: string | undefined): string {
  if (next === undefined || !/^\/(?![/\\])/.test(next)) return links.instance();
  const isForm = [SIGN_IN, "/-/logout"].some((form) => next.startsWith(links.path(form)));
  return next.startsWith(links.baseUrl) && !isForm ? encodeUrl(next) : links.instance();
}

/**
 * Not sent by a page of another site, which would be sign-in and sign-out on somebody's behalf. Browsers
 * say it in Sec-Fetch-Site, older ones in Origin; programs in neither.
 */
export function isFromHere({ request, links }: PageContext): boolean {
  const site = request.headers.get("sec-fetch-site");
  if (site !== null) return site === "same-origin" || site === "none";
  const origin = request.headers.get("origin");
  return origin === null || origin === links.origin;
}
