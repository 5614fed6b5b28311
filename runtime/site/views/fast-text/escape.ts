const SPECIAL = /[&<>"'\u0100-\uffff]/;

/**
 * Escapes for element content and for quoted attribute values. Where a text has but a few characters
 * beyond Latin-1, they become entities.
 */
export function escapeHtml(text: string): string {
  // Most values have nothing to escape; searching is much cheaper than building a new string.
  const first = text.search(SPECIAL);
  if (first === -1) return text;
  const wide = wideCharacters(text);
  const asEntities = wide > 0 && wide <= 1 + text.length / 8;
  let escaped = text.slice(0, first);
  let done = first;
  for (let i = first; i < text.length; i++) {
    const code = text.charCodeAt(i);
    const entity = code > 0xff && asEntities ? `&#${text.codePointAt(i)};` : ENTITIES[code];
    if (entity === undefined) continue;
    escaped += text.slice(done, i) + entity;
    if (text.codePointAt(i)! > 0xffff) i++;
    done = i + 1;
  }
  escaped += text.slice(done);
  // Parts of a string with two bytes a character have two, too, whether they need them or not.
  return asEntities ? Buffer.from(escaped, "latin1").toString("latin1") : escaped;
}

/** How many are beyond Latin-1. */
function wideCharacters(text: string): number {
  let count = 0;
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 0xff) count++;
  return count;
}

const ENTITIES: Record<number, string | undefined> = {
  34: "&quot;",
  38: "&amp;",
  39: "&#39;",
  60: "&lt;",
  62: "&gt;",
};
