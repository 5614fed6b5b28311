/** https://www.rfc-editor.org/rfc/rfc4287 */
import type { Feed, FeedEntry } from "../../pages/changes/feed.ts";

export function atomFeed({
  id,
  title,
  selfHref,
  pageHref,
  updated,
  author,
  entries,
}: Feed): string {
  return `<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom">
<id>${xml(id)}</id>
<title>${xml(title)}</title>
<updated>${xml(updated)}</updated>
<author><name>${xml(author)}</name></author>
<link rel="self" type="application/atom+xml" href="${xml(selfHref)}"/>
<link rel="alternate" type="text/html" href="${xml(pageHref)}"/>
${entries.map(entry).join("")}</feed>
`;
}

function entry({ id, title, href, updated, summary }: FeedEntry): string {
  return `<entry>
<id>${xml(id)}</id>
<title>${xml(title)}</title>
<updated>${xml(updated)}</updated>
<link rel="alternate" type="text/html" href="${xml(href)}"/>
<summary>${xml(summary)}</summary>
</entry>
`;
}

const ESCAPES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** Characters that XML cannot have become U+FFFD. */
function xml(text: string): string {
  return text
    .toWellFormed()
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, "\ufffd")
    .replace(/[&<>"]/g, (character) => ESCAPES[character]!);
}
