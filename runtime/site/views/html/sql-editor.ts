/** The text area for SQL; the page script makes an editor of it. */
import { type Html, html, NOTHING } from "./html.ts";
import { errorPlace } from "./sql-error.ts";

export interface SqlEditor {
  sql: string;
  /** Page of the database; its JSON says what can be completed. */
  schemaHref: string;
  /** SQLite's message about `sql`. */
  error: string | null;
}

export function sqlEditor({ sql, schemaHref, error }: SqlEditor): Html {
  const rows = Math.min(30, Math.max(4, sql.split("\n").length + 1));
  const place = error === null ? null : errorPlace(sql, error);
  return html`<div class="sql-editor"><textarea id="sql-editor" class="sql" name="sql" rows="${rows}" spellcheck="false" autocapitalize="off" aria-label="SQL" data-database-url="${schemaHref}"${
    error === null ? NOTHING : html` data-error="${error}" aria-invalid="true"`
  }${place === null ? NOTHING : html` data-error-from="${place.from}" data-error-to="${place.to}"`}>
${sql}</textarea></div>`;
}
