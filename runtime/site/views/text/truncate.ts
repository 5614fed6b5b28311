/** Shortening of long values. Lengths count code points, as the setting `truncate_cells_html` does. */

/** The first `length` code points and an ellipsis; the text itself when it is short or length is 0. */
export function truncateText(text: string, length: number): string {
  if (length === 0 || text.length <= length) return text;
  const kept = firstCodePoints(text, length);
  return kept.length === text.length ? text : `${kept}…`;
}

/** Like `truncateText`, but what is kept of a URL has room for its file extension. */
export function truncateUrl(url: string, length: number): string {
  if (length === 0 || url.length <= length) return url;
  const extension = /\.([^./]{1,4})$/.exec(url)?.[1];
  if (extension === undefined) return `${firstCodePoints(url, length - 1)}…`;
  return `${firstCodePoints(url, Math.max(0, length - 1 - extension.length))}….${extension}`;
}

function firstCodePoints(text: string, count: number): string {
  let end = 0;
  for (let left = count; left > 0 && end < text.length; left--) {
    end += text.codePointAt(end)! > 0xffff ? 2 : 1;
  }
  return text.slice(0, end);
}
