/**
 * The part of Markdown that notes between charts need: headings, paragraphs, lists, emphasis, code, links.
 * What else is written, HTML above all, is shown as it is. https://spec.commonmark.org
 */
import { escapeHtml } from "../fast-text/escape.ts";
import { type Html, trusted } from "./html.ts";
import { link } from "./metadata.ts";

export function markdown(text: string): Html {
  const blocks = text.replace(/\r\n?/g, "\n").split(/\n{2,}/);
  return trusted(
    blocks
      .map((block) => block.trim())
      .filter(Boolean)
      .map(blockHtml)
      .join("\n"),
  );
}

function blockHtml(block: string): string {
  const lines = block.split("\n");
  const heading = /^(#{1,4})\s+(.*)$/.exec(lines[0]!);
  if (heading) {
    // The page has its h1.
    const level = Math.min(4, heading[1]!.length + 1);
    const rest = lines.slice(1).join("\n").trim();
    const title = `<h${level}>${inline(heading[2]!)}</h${level}>`;
    return rest === "" ? title : `${title}\n${blockHtml(rest)}`;
  }
  if (lines.every((line) => /^[-*+]\s+/.test(line))) return list("ul", lines, /^[-*+]\s+/);
  if (lines.every((line) => /^\d+[.)]\s+/.test(line))) return list("ol", lines, /^\d+[.)]\s+/);
  return `<p>${lines.map(inline).join("\n")}</p>`;
}

function list(tag: "ul" | "ol", lines: readonly string[], mark: RegExp): string {
  const items = lines.map((line) => `<li>${inline(line.replace(mark, ""))}</li>`);
  return `<${tag} class="bullets">${items.join("")}</${tag}>`;
}

/** Code first: nothing inside of it means anything. */
const INLINE = /`([^`]+)`|\[([^\]]+)\]\(([^\s)]+)\)|\*\*([^*]+)\*\*|\*([^*]+)\*|_([^_]+)_/g;

function inline(text: string): string {
  let markup = "";
  let end = 0;
  for (const match of text.matchAll(INLINE)) {
    const [all, code, label, url, strong, star, line] = match;
    const before = text[match.index - 1] ?? " ";
    // Underscores inside of words are names of columns.
    if (line !== undefined && /\w/.test(before)) continue;
    markup += escapeHtml(text.slice(end, match.index));
    if (code !== undefined) markup += `<code>${escapeHtml(code)}</code>`;
    else if (label !== undefined) markup += link(url!, label).text;
    else if (strong !== undefined) markup += `<strong>${escapeHtml(strong)}</strong>`;
    else markup += `<em>${escapeHtml(star ?? line ?? "")}</em>`;
    end = match.index + all.length;
  }
  return markup + escapeHtml(text.slice(end));
}
