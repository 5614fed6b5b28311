/**
 * A configured query is called by its title in tabs, bookmarks and the history. The title that is sent has its
 * SQL, because programs that were written for Datasette know it so.
 */
export function nameQuery(): void {
  if (!/\bquery-/.test(document.body.className)) return;
  const title = document.querySelector<HTMLMetaElement>('meta[property="og:title"]')?.content;
  if (title) document.title = title;
}
