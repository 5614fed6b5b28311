import type { VersionsPage } from "../../pages/instance/versions-page.ts";

export function versionsJson({ current, versions, nextHref }: VersionsPage): object {
  return {
    current,
    versions: versions.map(({ version, publishedAt, what, href, changes }) => ({
      version,
      published_at: publishedAt,
      published_with: what,
      path: href,
      databases:
        changes?.map(({ tables, ...database }) => ({
          ...database,
          tables: tables.map(({ table, change, before, after }) => ({
            table,
            change,
            rows_before: before,
            rows_after: after,
          })),
        })) ?? null,
    })),
    next_url: nextHref,
  };
}
