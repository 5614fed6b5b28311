/** What the sample pages have in common, with `text()` in every place where a name or a value can be. */
import type { QueryConfig } from "../../../../../runtime/core/config/config-types.ts";
import { tildeEncode } from "../../../../../runtime/core/names.ts";
import { Links } from "../../../../../runtime/site/links.ts";
import type { ChartLink } from "../../../../../runtime/site/pages/chart-links.ts";
import type { Layout } from "../../../../../runtime/site/pages/layout.ts";
import type { Sharing } from "../../../../../runtime/site/pages/share.ts";
import type { Cell, DisplayRows, SortableColumn } from "../../../../../runtime/site/pages/types.ts";

/** Hrefs come from the links module, which encodes names. */
export function href(text: () => string): string {
  return `/${tildeEncode(text())}?q=${encodeURIComponent(text().toWellFormed())}`;
}

export function sampleLayout(text: () => string): Layout {
  return {
    links: new Links("/", "http://localhost"),
    canonicalHref: null,
    alternateJson: `http://localhost${href(text)}`,
    crumbs: [{ label: text(), href: href(text) }],
    siteMetadata: metadata(text),
    version: 7,
    publishedAt: "2026-11-20T10:20:30Z",
    cssUrls: [{ url: text(), integrity: text(), module: false }],
    jsUrls: [{ url: text(), integrity: text(), module: true }],
    lookHref: "/-/look.css?color=8a1c4b",
    logoUrl: href(text),
    cardHref: `http://localhost${href(text)}`,
    otherVersion: text(),
    signOutHref: href(text),
    past: null,
    truncateCells: 2048,
  };
}

export function metadata(text: () => string): Record<string, string> {
  const keys =
    "title description license license_url source source_url about about_url header footer map_tile_url map_attribution";
  return Object.fromEntries(keys.split(" ").map((key) => [key, text()]));
}

export function querySummary(text: () => string) {
  return {
    database: text(),
    databaseHref: href(text),
    query: queryConfig(text),
    href: href(text),
  };
}

export function queryConfig(text: () => string): QueryConfig {
  return {
    name: text(),
    sql: text(),
    title: text(),
    description: text(),
    description_html: null,
    hide_sql: false,
    fragment: text(),
    params: [text()],
    is_write: false,
    is_trusted: true,
    on_success_message: null,
    on_success_message_sql: null,
    on_success_redirect: null,
    on_error_message: null,
    on_error_redirect: null,
    allow: null,
    permissions: {},
    charts: [],
  };
}

export function column(text: () => string, changes: Partial<SortableColumn> = {}): SortableColumn {
  return {
    name: text(),
    sortable: true,
    isPrimaryKey: false,
    type: text(),
    notNull: false,
    description: text(),
    columnType: null,
    columnTypeConfig: null,
    isLink: false,
    sorted: null,
    sortHref: href(text),
    ...changes,
  };
}

export function oneRow(text: () => string): DisplayRows {
  const shown = cells(text);
  return {
    length: 1,
    width: shown.length,
    havePages: true,
    keyText: text,
    path: () => tildeEncode(text()),
    cell: (_row, at) => shown[at] ?? null,
  };
}

function cells(text: () => string): Cell[] {
  return [
    text(),
    {
      kind: "foreign-key" as const,
      value: text(),
      key: text(),
      label: text(),
      table: { href: `/db/${tildeEncode(text())}`, link: null },
      path: tildeEncode(text()),
      isShared: true,
      markup: null,
    },
    { kind: "blob" as const, bytes: new Uint8Array(5), href: href(text) },
    `https://example.com/${text().replace(/\s/g, "")}`,
    text(),
    text(),
    text(),
    `${text()} `.repeat(60),
    12n,
    1.5,
    null,
  ];
}

export function columns(text: () => string): SortableColumn[] {
  const types = [null, null, null, null, "url", "email", "json", null, null, null, null];
  return types.map((columnType) => column(text, { columnType }));
}

export function sampleSharing(text: () => string): { sharing: Sharing; charts: ChartLink[] } {
  const frames = [{ label: "table", href: href(text) }];
  return {
    sharing: { url: href(text), frames, citation: text() },
    charts: [{ title: text(), href: href(text), fragment: text() }],
  };
}
