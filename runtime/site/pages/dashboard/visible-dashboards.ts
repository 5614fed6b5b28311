import { databaseConfig, type PageContext } from "../context.ts";

export interface DashboardLink {
  name: string;
  title: string;
  href: string;
}

/** The dashboards of a database that the visitor may see, in the order of the configuration. */
export function visibleDashboards(
  { config, visitor, links }: PageContext,
  database: string,
): DashboardLink[] {
  return [...databaseConfig(config, database).dashboards.values()]
    .filter(({ name }) => visitor.mayViewDashboard(database, name))
    .map(({ name, title }) => ({
      name,
      title: title ?? name,
      href: links.dashboard(database, name),
    }));
}
