/**
 * The only pages that those see who may not come in. They say nothing of the site, not even its title, and
 * need no file of it: the style is in the page.
 */
import { hash } from "node:crypto";
import { type Answer, htmlAnswer } from "../http/answer.ts";
import { type Html, html, NOTHING, trusted } from "../views/html/html.ts";

const STYLE = `
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: Canvas; color: CanvasText; }
main, form { display: grid; gap: .75rem; }
main { width: min(20rem, 100vw - 3rem); gap: 1.25rem; }
h1 { font-size: 1.25rem; margin: 0; }
p { margin: 0; overflow-wrap: anywhere; }
label { font-weight: 600; }
input, button, .button { font: inherit; padding: .6rem .75rem; border-radius: .4rem; border: 1px solid GrayText; box-sizing: border-box; width: 100%; min-height: 2.75rem; }
input { background: Field; color: FieldText; }
button, .button { background: #1f5fbf; border-color: #1f5fbf; color: #fff; cursor: pointer; text-align: center; text-decoration: none; }
button:hover, .button:hover { background: #194f9f; }
.second { background: transparent; border-color: GrayText; color: CanvasText; }
.second:hover { background: color-mix(in srgb, CanvasText 10%, transparent); }
.or { display: grid; grid-template-columns: 1fr auto 1fr; gap: .75rem; align-items: center; }
.or::before, .or::after { content: ""; border-top: 1px solid GrayText; }
:focus-visible { outline: 3px solid #5b9bf0; outline-offset: 2px; }
[role=alert] { border-left: 4px solid #c62828; padding-left: .75rem; }
`;

const POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${hash("sha256", STYLE, "base64")}'`,
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join("; ");

export interface SignInForm {
  /** Where the form with the password goes; null: there is none. */
  passwordAction: string | null;
  /** Where people sign in instead; null: nowhere. */
  provider: { name: string; href: string } | null;
  /** Where to go then. */
  next: string;
}

/** `problem`: what was wrong the last time. */
export function signInPage(
  { passwordAction, provider, next }: SignInForm,
  problem: string | null,
  status: number,
  headers: Answer["headers"] = {},
): Answer {
  const needs =
    provider === null ? "This site needs a password." : "This site is not for everybody.";
  return page(
    "Sign in",
    html`${problem === null ? html`<p>${needs}</p>` : html`<p role="alert">${problem}</p>`}
${provider === null ? NOTHING : html`<a class="button" href="${provider.href}">Sign in with ${provider.name}</a>`}
${provider === null || passwordAction === null ? NOTHING : html`<div class="or">or</div>`}
${passwordAction === null ? NOTHING : passwordForm(passwordAction, next, provider === null)}`,
    status,
    headers,
  );
}

/** For somebody who has signed in, and is not among those who may come in. */
export function deniedPage({
  who,
  otherHref,
  signOutHref,
}: {
  who: string;
  /** Where another account can be chosen. */
  otherHref: string;
  signOutHref: string;
}): Answer {
  return page(
    "No access",
    html`<p role="alert">You are signed in as <strong>${who}</strong>, who may not see this site.</p>
<p>Whoever runs it can let you in. Then this page shows what you came for.</p>
<a class="button" href="${otherHref}">Use another account</a>
<form method="post" action="${signOutHref}"><button class="second">Sign out</button></form>`,
    403,
    {},
  );
}

function passwordForm(action: string, next: string, isFirst: boolean): Html {
  return html`<form method="post" action="${action}">
<label for="password">Password</label>
<input type="password" id="password" name="password" autocomplete="current-password" required${isFirst ? html` autofocus` : NOTHING}>
<input type="hidden" name="next" value="${next}">
<button${isFirst ? NOTHING : html` class="second"`}>Sign in${isFirst ? NOTHING : html` with the password`}</button>
</form>`;
}

function page(title: string, content: Html, status: number, headers: Answer["headers"]): Answer {
  const { text } = html`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>${title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<style>${trusted(STYLE)}</style>
</head>
<body>
<main>
<h1>${title}</h1>
${content}
</main>
</body>
</html>
`;
  return htmlAnswer(text, status, { "content-security-policy": POLICY, ...headers });
}
