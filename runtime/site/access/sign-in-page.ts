/**
 * The only page that those see who have not signed in. It says nothing of the site, not even its title, and
 * needs no file of it: the style is in the page.
 */
import { hash } from "node:crypto";
import { type Answer, htmlAnswer } from "../http/answer.ts";
import { html, trusted } from "../views/html/html.ts";

const STYLE = `
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: Canvas; color: CanvasText; }
form { width: min(20rem, 100vw - 3rem); display: grid; gap: .75rem; }
h1 { font-size: 1.25rem; margin: 0; }
p { margin: 0; }
label { font-weight: 600; }
input, button { font: inherit; padding: .6rem .75rem; border-radius: .4rem; border: 1px solid GrayText; box-sizing: border-box; width: 100%; min-height: 2.75rem; }
input { background: Field; color: FieldText; }
button { background: #1f5fbf; border-color: #1f5fbf; color: #fff; cursor: pointer; }
button:hover { background: #194f9f; }
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

/** `action`: where the form goes; `next`: where to go then; `problem`: what was wrong the last time. */
export function signInPage(
  { action, next, problem }: { action: string; next: string; problem: string | null },
  status: number,
  headers: Answer["headers"] = {},
): Answer {
  const page = html`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Sign in</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<style>${trusted(STYLE)}</style>
</head>
<body>
<main>
<form method="post" action="${action}">
<h1>Sign in</h1>
${problem === null ? html`<p>This site needs a password.</p>` : html`<p role="alert">${problem}</p>`}
<label for="password">Password</label>
<input type="password" id="password" name="password" autocomplete="current-password" required autofocus>
<input type="hidden" name="next" value="${next}">
<button>Sign in</button>
</form>
</main>
</body>
</html>
`;
  return htmlAnswer(page.text, status, { "content-security-policy": POLICY, ...headers });
}
