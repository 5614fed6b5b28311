/**
 * Who may come in, where a site is not public: whoever has signed in (a cookie) and may still, programs that
 * send the password with each request (HTTP Basic) or a token, and the site's own command line. Everybody else
 * gets a form or a 401, the same for every path there is and is not; who has signed in and may not, a 403.
 */
import { createHmac, randomBytes } from "node:crypto";
import { type Actor, BY_PASSWORD, type Identity, isFromProvider } from "../../core/access/actor.ts";
import { isAllowed } from "../../core/access/allow-list.ts";
import { isPassword } from "../../core/access/password.ts";
import { openSession } from "../../core/access/session.ts";
import type { StoredAccess } from "../../core/access/stored-access.ts";
import { isOver, READ_PREFIX, type StoredToken, tokenHash } from "../../core/access/tokens.ts";
import { logError } from "../../core/log.ts";
import { type Answer, jsonAnswer } from "../http/answer.ts";
import { optionsAnswer } from "../http/method-answers.ts";
import type { PageContext } from "../pages/context.ts";
import type { SiteRequest } from "../request.ts";
import { Attempts, senderOf } from "./attempts.ts";
import { sessionText } from "./cookies.ts";
import { isSignIn, signIn, signInForm, signOut, startHref, thisPage } from "./sign-in.ts";
import { deniedPage } from "./sign-in-page.ts";
import { isOfProvider, usesProvider, withProvider } from "./with-provider.ts";

/**
 * How the site's password and tokens are had, not older than so many milliseconds, or than a minute. Throws when it
 * cannot be had.
 */
export type ReadAccess = (milliseconds?: number) => Promise<Access>;

/** What lets people and programs in. */
export interface Access extends StoredAccess {
  tokens: readonly StoredToken[];
}

/** Before somebody is refused: the password may just have been changed. */
const FRESH_MS = 1_000;

/** Of this environment. */
const attempts = new Attempts();
/**
 * Passwords of programs that were right, by a hash of them and of who sent them that no other process can make:
 * scrypt takes its time.
 */
const known = new Map<string, string>();
const knownKey = randomBytes(32);
const KNOWN = 100;

/** What `inside` answers, for those who may come in; nothing of it is kept by anybody. */
export async function throughDoor(
  read: ReadAccess | null,
  context: PageContext,
  request: SiteRequest,
  inside: (identity: Identity) => Promise<Answer>,
): Promise<Answer> {
  return unkept(await enter(read, context, request, inside));
}

async function enter(
  read: ReadAccess | null,
  context: PageContext,
  request: SiteRequest,
  inside: (identity: Identity) => Promise<Answer>,
): Promise<Answer> {
  // A browser asks on behalf of another site's page, before it sends what lets it in.
  if (request.method === "OPTIONS") return optionsAnswer();
  const now = Date.now();
  const sender = senderOf(request.address);
  let access: Access;
  let session: Identity | null;
  try {
    access = await stored(read);
    session = sessionOf(context, access, now);
    const isIn = session !== null && mayEnter(session, access);
    // A sign-in must end with the key that it was begun with, perhaps in another environment.
    if ((!isIn && offersSomething(context)) || isOfProvider(context)) {
      access = await stored(read, FRESH_MS);
      session = sessionOf(context, access, now);
    }
  } catch (error) {
    logError("the site's password could not be read", error);
    return refusal(503, "Nobody can sign in at the moment. Try again in a minute.");
  }
  if (isSignIn(context)) return signIn(context, request, access, attempts, sender, now);
  if (isOfProvider(context) && usesProvider(access)) {
    return withProvider(context, access, sender, now);
  }
  if (context.request.path === "/-/logout") return signOut(context, session !== null);
  if (session !== null) {
    return mayEnter(session, access) ? inside(session) : denied(context, session.actor);
  }
  const password = basicPassword(context);
  if (password === null || access.password === null) return unknown(context, access);
  // A right password is not looked at either where its sender has guessed: it would be told from the wrong ones.
  const wasRight = isKnown(sender, password, access.password);
  const seconds = wasRight
    ? attempts.secondsForItsOwn(sender, now)
    : attempts.secondsToWait(sender, now);
  if (seconds > 0) return tooMany(seconds);
  if (wasRight) return inside({ actor: BY_PASSWORD });
  if (!(await isPassword(password, access.password))) {
    attempts.failed(sender, now);
    return challenge("The password is wrong.");
  }
  remember(sender, password, access.password);
  return inside({ actor: BY_PASSWORD });
}

/** A session that is still good, or a token that is; null for neither. */
function sessionOf(context: PageContext, access: Access, now: number): Identity | null {
  const text = sessionText(context);
  if (text === null) return null;
  if (!text.startsWith(READ_PREFIX)) {
    const session = openSession(text, access.key, now);
    return session !== null && isStillBegun(session.actor, access) ? session : null;
  }
  const hash = tokenHash(text);
  const token = access.tokens.find((each) => each.hash === hash);
  if (token === undefined || isOver(token, now)) return null;
  return { actor: { id: `token:${token.name}` }, scopes: token.scopes };
}

/** Whether a session could be begun like this one now. */
function isStillBegun(actor: Actor, { password, signIn }: Access): boolean {
  if (actor.id === BY_PASSWORD.id) return password !== null;
  return signIn !== null || !isFromProvider(actor);
}

/** The list is asked each time: whoever is taken from it is out. */
function mayEnter({ actor }: Identity, { signIn }: Access): boolean {
  if (!isFromProvider(actor)) return true;
  return signIn !== null && isAllowed(actor, signIn.allow, signIn.provider.issuer);
}

async function stored(read: ReadAccess | null, milliseconds?: number): Promise<Access> {
  if (read === null) throw new Error("nothing here knows the site's password");
  return read(milliseconds);
}

/** A session, a password in a field, or the form. */
function offersSomething(context: PageContext): boolean {
  const isForm = isSignIn(context) && context.request.method === "POST";
  return isForm || sessionText(context) !== null || basicPassword(context) !== null;
}

/** People get the form, programs a 401. */
function unknown(context: PageContext, { password }: Access): Answer {
  if (isBrowsing(context)) return signInForm(context);
  // A browser would put a window of its own before a page whose session is over.
  const isProgram = context.request.headers.get("sec-fetch-mode") === null;
  if (password === null) {
    const text = "This site is for those who sign in, and for programs with a token.";
    return refusal(401, text, isProgram ? 'Bearer realm="dsl"' : "Session");
  }
  const text = "This site needs a password.";
  return isProgram ? challenge(text) : refusal(401, text, "Session");
}

/** Somebody who has signed in and is not, or no more, among those who may come in. */
function denied(context: PageContext, actor: Actor): Answer {
  const who = typeof actor.name === "string" ? `${actor.name} (${actor.id})` : actor.id;
  if (!isBrowsing(context)) return refusal(403, `${actor.id} may not see this site.`);
  return deniedPage({
    who,
    otherHref: `${startHref(context, thisPage(context))}&choose=1`,
    signOutHref: context.links.path("/-/logout"),
  });
}

function isBrowsing({ request: { method, headers } }: PageContext): boolean {
  return method === "GET" && (headers.get("accept") ?? "").includes("text/html");
}

function challenge(text: string): Answer {
  return refusal(401, text, 'Basic realm="dsl", charset="UTF-8"');
}

function tooMany(seconds: number): Answer {
  const text = "Too many wrong passwords were tried. Try again later.";
  const refused = refusal(429, text);
  return { ...refused, headers: { ...refused.headers, "retry-after": String(seconds) } };
}

function refusal(status: number, error: string, scheme?: string): Answer {
  const headers: Answer["headers"] = scheme === undefined ? {} : { "www-authenticate": scheme };
  return jsonAnswer({ ok: false, error, errors: [error], status }, status, headers);
}

/** https://httpwg.org/specs/rfc7617: whatever the name is. */
function basicPassword({ request }: PageContext): string | null {
  const encoded = /^Basic +([\w+/=-]+) *$/i.exec(request.headers.get("authorization") ?? "")?.[1];
  if (encoded === undefined) return null;
  const pair = Buffer.from(encoded, "base64").toString();
  return pair.includes(":") ? pair.slice(pair.indexOf(":") + 1) : null;
}

function isKnown(sender: string, password: string, hash: string): boolean {
  return known.get(mark(sender, password)) === hash;
}

function remember(sender: string, password: string, hash: string): void {
  if (known.size >= KNOWN) known.clear();
  known.set(mark(sender, password), hash);
}

function mark(sender: string, password: string): string {
  return createHmac("sha256", knownKey)
    .update(JSON.stringify([sender, password]))
    .digest("base64");
}

/** Neither the browser nor anybody on the way keeps it. */
function unkept({ status, headers, body }: Answer): Answer {
  const { etag: _etag, "last-modified": _changed, expires: _expires, ...kept } = headers;
  return { status, headers: { ...kept, "cache-control": "private, no-store" }, body };
}
